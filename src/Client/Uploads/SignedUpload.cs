namespace Pipeline.Client;

/// <summary>A presigned upload, and until when its URL is used.</summary>
/// <param name="Upload">The upload.</param>
/// <param name="RenewAt">From when on a new URL is requested before bytes are sent; a little before the URL expires.</param>
/// <param name="ExpiresAt">When the URL expires, by the clock of this machine.</param>
internal sealed record SignedUpload(PresignedUpload Upload, DateTimeOffset RenewAt, DateTimeOffset ExpiresAt)
{
    /// <summary>Time to open a connection and to send the first bytes.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>How many URLs the file gets before the last refusal counts.</summary>
    public int MostUrls => UrlLife.UrlsFor(UrlLife.Of(Upload.UploadUrl)?.Length ?? (Upload.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : null));

    /// <param name="upload">As the server answered.</param>
    /// <param name="now">When the answer came. Counted from here, because the clock of the server may differ.</param>
    public static SignedUpload Of(PresignedUpload upload, DateTimeOffset now)
    {
        if (upload.ExpiresIn is not { } seconds) return new SignedUpload(upload, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue);
        var life = TimeSpan.FromSeconds(Math.Max(0, seconds));
        return new SignedUpload(upload, now + life - (life > Margin * 2 ? Margin : life / 2), now + life);
    }
}
