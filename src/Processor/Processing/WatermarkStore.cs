using System.Collections.Concurrent;
using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Storage;

namespace Pipeline.Processor.Processing;

/// <summary>
/// The watermarks of the profiles, from <c>watermarks/</c> in the originals area. Each worker reads a watermark once, so that a replaced object
/// does not change the pixels in the middle of a run; a restart loads the new one.
/// </summary>
public sealed class WatermarkStore(StorageAreas areas)
{
    private const int MaxBytes = 10 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, WatermarkPicture> _known = new(StringComparer.Ordinal);

    /// <summary>The watermark of a profile, or null if it has none.</summary>
    /// <exception cref="ProcessingFaultException">The watermark is not in the store, is empty, or is too large.</exception>
    public async Task<WatermarkPicture?> OfAsync(Profile profile, CancellationToken cancellationToken)
    {
        if (profile.Watermark is not { } mark)
        {
            return null;
        }

        return _known.TryGetValue(mark.Key, out var known) ? known : _known.GetOrAdd(mark.Key, await ReadAsync(mark.Key, cancellationToken));
    }

    private async Task<WatermarkPicture> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Watermark(name);
        await using var read = await areas.Originals.ReadAsync(key, ifMatch: null, cancellationToken);
        if (read is not ReadResult.Found found)
        {
            throw new ProcessingFaultException(FailureCode.WatermarkMissing, $"The watermark {key} is not in the originals area.");
        }

        if (found.Info.Size is 0 or > MaxBytes)
        {
            throw new ProcessingFaultException(FailureCode.WatermarkMissing, $"The watermark {key} must have 1–{MaxBytes} bytes, has {found.Info.Size}.");
        }

        var bytes = new byte[found.Info.Size];
        await found.Content.ReadExactlyAsync(bytes, cancellationToken);
        return new WatermarkPicture(bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}

/// <summary>The file of a watermark.</summary>
/// <param name="Bytes">The unchanged bytes of the object.</param>
/// <param name="Sha256">SHA-256 of the bytes, in lower-case hex.</param>
public sealed record WatermarkPicture(byte[] Bytes, string Sha256);
