using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Uploads.Multipart;

/// <summary>How the request for the URLs of parts ended.</summary>
public abstract record SignPartsResult
{
    private SignPartsResult()
    {
    }

    /// <summary>The URLs, in the order of the request.</summary>
    public sealed record Issued(IReadOnlyList<SignedPart> Parts) : SignPartsResult;

    /// <summary>The upload has no part with this number.</summary>
    /// <param name="Numbers">The wrong numbers.</param>
    /// <param name="Count">The number of the last part.</param>
    public sealed record NoSuchPart(IReadOnlyList<int> Numbers, int Count) : SignPartsResult;

    /// <summary>The parts of this upload cannot be signed.</summary>
    public sealed record Refused(MultipartRefusal Why) : SignPartsResult;
}

/// <param name="Number">The number of the part.</param>
/// <param name="Length">Its exact length in bytes; the largest one if the size of the file is not known.</param>
/// <param name="Put">The request that brings it.</param>
public sealed record SignedPart(int Number, long Length, PresignedUpload Put);

/// <summary>Signs the URLs of parts, each for exactly the bytes of that part. Signing the same part again is allowed.</summary>
public sealed class SignParts(MultipartParts parts, AssetStore assets, StorageAreas areas, IOptions<UploadOptions> options)
{
    /// <summary>Most parts in one call.</summary>
    public const int MaxParts = 100;

    /// <param name="id">The asset.</param>
    /// <param name="numbers">1 to <see cref="MaxParts"/> numbers of parts.</param>
    /// <param name="caller">Owns the upload.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SignPartsResult> RunAsync(Guid id, IReadOnlyList<int> numbers, Caller caller, CancellationToken cancellationToken)
    {
        var (asset, plan, refusal) = await parts.FindAsync(id, caller, cancellationToken);
        if (refusal is { } why) return new SignPartsResult.Refused(why);
        if (numbers.Where(number => number < 1 || number > plan!.Count).ToList() is { Count: > 0 } wrong) return new SignPartsResult.NoSuchPart(wrong, plan!.Count);

        var key = ObjectKey.Parse(asset!.IncomingKey);
        var life = TimeSpan.FromSeconds(options.Value.UrlSeconds);
        List<SignedPart> signed = [.. numbers.Select(number => new SignedPart(
            number, plan!.LengthOf(number), areas.Signer.SignPart(key, asset.MultipartId!, number, plan.LengthOf(number), life, plan.IsBound)))];

        // Cleanup looks for late parts until the last URL has expired, so it must know of these before anyone can use them.
        var now = (await assets.ChangeAsync(id, a => a.ExtendUrl(signed.Max(part => part.Put.ExpiresAt)), cancellationToken))?.Asset;
        return MultipartParts.Judge(now).Refusal is { } changed ? new SignPartsResult.Refused(changed) : new SignPartsResult.Issued(signed);
    }
}
