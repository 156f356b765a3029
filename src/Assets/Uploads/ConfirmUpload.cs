using Microsoft.Extensions.Logging;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Uploads;

/// <summary>How a confirm ended.</summary>
public abstract record ConfirmResult
{
    private ConfirmResult()
    {
    }

    /// <summary>The asset is confirmed, by this call or an earlier one.</summary>
    public sealed record Confirmed(Asset Asset) : ConfirmResult;

    /// <summary>Fields are wrong.</summary>
    /// <param name="Errors">The errors of each field, by its name in JSON.</param>
    public sealed record Invalid(IReadOnlyDictionary<string, string[]> Errors) : ConfirmResult;

    /// <summary>The caller has no such upload.</summary>
    public sealed record NotFound : ConfirmResult;

    /// <summary>The bytes have not arrived.</summary>
    public sealed record Missing : ConfirmResult;

    /// <summary>The object has another size than the one that was announced.</summary>
    public sealed record Mismatch(long Announced, long Received) : ConfirmResult;

    /// <summary>The upload was not confirmed in time.</summary>
    public sealed record Expired : ConfirmResult;
}

/// <summary>Records that the bytes of an upload have arrived. Once the row is committed, the file is never lost.</summary>
public sealed class ConfirmUpload(AssetStore assets, StorageAreas areas, SweepSignal<Dispatcher> signal, TimeProvider time, ILogger<ConfirmUpload> logger)
{
    /// <param name="id">The asset; null if <paramref name="key"/> names the upload.</param>
    /// <param name="key">The key of the upload; null if <paramref name="id"/> names it. Both must name the same one.</param>
    /// <param name="fileName">Replaces the announced name; null keeps it.</param>
    /// <param name="caller">Owns the upload.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ConfirmResult> RunAsync(Guid? id, string? key, string? fileName, Caller caller, CancellationToken cancellationToken)
    {
        if (id is null && string.IsNullOrEmpty(key)) return Invalid(("id", "is required, or 'key'"), ("key", "is required, or 'id'"));

        // No upload has an invalid key, and the text may contain characters that a database refuses, such as NUL.
        if (key is { Length: > 0 } && !ObjectKey.TryParse(key, out _)) return new ConfirmResult.NotFound();
        if (fileName is not null && FileName.Error(fileName) is { } error) return Invalid(("originalFilename", error));

        var asset = id is { } one
            ? await assets.FindAsync(one, caller, cancellationToken)
            : await assets.FindByKeyAsync(key!, caller, cancellationToken);

        // An id and a key that name two uploads name neither.
        if (key is { Length: > 0 } && asset?.IncomingKey != key) return new ConfirmResult.NotFound();
        return asset is { Status: AssetStatus.Pending } ? await ConfirmAsync(asset, fileName, cancellationToken) : Of(asset);
    }

    private async Task<ConfirmResult> ConfirmAsync(Asset asset, string? fileName, CancellationToken cancellationToken)
    {
        var arrived = await areas.Incoming.HeadAsync(ObjectKey.Parse(asset.IncomingKey), cancellationToken);
        if (arrived is null)
        {
            LogUpload(asset, asset.Size, "upload_missing");
            return new ConfirmResult.Missing();
        }

        if (arrived.Size != asset.Size)
        {
            await CheckTwiceAsync(arrived, cancellationToken);
            LogUpload(asset, arrived.Size, "upload_mismatch");
            return new ConfirmResult.Mismatch(asset.Size, arrived.Size);
        }

        var confirmed = await assets.ChangeAsync(asset.Id, a => a.Confirm(arrived.ETag, fileName, time.GetUtcNow()), cancellationToken);
        if (confirmed is (var now, true))
        {
            LogUpload(now, arrived.Size, "confirmed");
            signal.Raise();
        }

        // The row as it is now: the upload may have expired or been deleted since it was found.
        return Of(confirmed?.Asset);
    }

    // A wrong mismatch makes the client upload again, so a second question must give the same answer.
    private async Task CheckTwiceAsync(ObjectInfo arrived, CancellationToken cancellationToken)
    {
        await using var read = await areas.Incoming.ReadAsync(arrived.Key, ifMatch: null, cancellationToken);
        if (read is not ReadResult.Found found || found.Info.Size != arrived.Size || found.Info.ETag != arrived.ETag)
            throw new IOException("The object store says two things of one upload.");
    }

    private static ConfirmResult Of(Asset? asset) => asset switch
    {
        null or { Status: AssetStatus.Deleted } => new ConfirmResult.NotFound(),
        { Status: AssetStatus.Expired } => new ConfirmResult.Expired(),
        _ => new ConfirmResult.Confirmed(asset),
    };

    private static ConfirmResult.Invalid Invalid(params (string Field, string Error)[] errors) =>
        new(errors.ToDictionary(e => e.Field, e => new[] { e.Error }, StringComparer.Ordinal));

    private void LogUpload(Asset asset, long size, string outcome) =>
        logger.Upload(time.GetUtcNow(), asset.OwnerId, asset.IncomingKey, size, outcome == "confirmed", outcome);
}
