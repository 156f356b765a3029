using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Uploads;

/// <summary>How the request for another URL of an upload ended.</summary>
public abstract record SignAgainResult
{
    private SignAgainResult()
    {
    }

    /// <summary>The same asset with another URL.</summary>
    public sealed record Issued(SignedUpload Upload) : SignAgainResult;

    /// <summary>The caller has no such upload.</summary>
    public sealed record NotFound : SignAgainResult;

    /// <summary>The upload was not confirmed in time.</summary>
    public sealed record Expired : SignAgainResult;

    /// <summary>The file has arrived and is confirmed.</summary>
    public sealed record AlreadyConfirmed : SignAgainResult;
}

/// <summary>Signs another URL for a pending upload, so that a client can sign each file when its turn comes, and after a pause.</summary>
public sealed class SignUploadAgain(AssetStore assets, UploadUrls urls)
{
    /// <param name="id">The upload.</param>
    /// <param name="caller">Owns the upload.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="announcedType">The media type in the words of the client; null if they are not known.</param>
    public async Task<SignAgainResult> RunAsync(Guid id, Caller caller, CancellationToken cancellationToken, string? announcedType = null)
    {
        var asset = await assets.FindAsync(id, caller, cancellationToken);
        if (asset is not { Status: AssetStatus.Pending }) return Of(asset);
        var put = urls.Again(asset, announcedType);

        // Cleanup looks for late uploads until the last URL has expired, so it must know of this one before anyone can use it.
        var now = (await assets.ChangeAsync(id, a => a.ExtendUrl(put.ExpiresAt), cancellationToken))?.Asset;
        return now is { Status: AssetStatus.Pending } ? new SignAgainResult.Issued(new SignedUpload(now, put)) : Of(now);
    }

    private static SignAgainResult Of(Asset? asset) => asset?.Status switch
    {
        null or AssetStatus.Deleted => new SignAgainResult.NotFound(),
        AssetStatus.Expired => new SignAgainResult.Expired(),
        _ => new SignAgainResult.AlreadyConfirmed(),
    };
}
