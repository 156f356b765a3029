using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting.Telemetry;
using Pipeline.Storage;
using Pipeline.Storage.Costs;

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
    /// <param name="Announced">The announced size; null if none was, and the object is empty.</param>
    /// <param name="Received">The size of the object.</param>
    public sealed record Mismatch(long? Announced, long Received) : ConfirmResult;

    /// <summary>The object is larger than an upload of unknown size may be. The upload is given up, and the object deleted.</summary>
    /// <param name="MaxBytes">The largest allowed length.</param>
    /// <param name="Received">The length of the object; null if an earlier call found it.</param>
    public sealed record TooLarge(long MaxBytes, long? Received) : ConfirmResult;

    /// <summary>The upload was not confirmed in time.</summary>
    public sealed record Expired : ConfirmResult;

    /// <summary>Of several confirms, this one met a fault of the store or of its row; it can be repeated.</summary>
    public sealed record Unavailable : ConfirmResult;
}

/// <summary>Records that the bytes of an upload have arrived. Once the row is committed, the file is never lost.</summary>
/// <param name="assets">The rows.</param>
/// <param name="areas">The store.</param>
/// <param name="signal">Wakes the dispatcher.</param>
/// <param name="time">The time.</param>
/// <param name="logger">The log.</param>
/// <param name="counts">Counts the PUT of the client; null for no counts.</param>
public sealed class ConfirmUpload(
    AssetStore assets, StorageAreas areas, SweepSignal<Dispatcher> signal, TimeProvider time, ILogger<ConfirmUpload> logger, StoreRequestCounts? counts = null)
{
    /// <summary>Most uploads in one call.</summary>
    public const int MaxUploads = 100;

    // Questions to the store that one call asks side by side.
    private const int LooksAtOnce = 8;

    // After so many faults a call asks no further: with a store that hangs, each question takes as long as its timeout.
    private const int MaxFaults = LooksAtOnce;

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

    /// <summary>Confirms several uploads, each by itself. The rows are read and written together; only the store is asked for each.</summary>
    /// <param name="ids">At most <see cref="MaxUploads"/> assets.</param>
    /// <param name="caller">Owns the uploads.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The result of each id.</returns>
    public async Task<IReadOnlyDictionary<Guid, ConfirmResult>> RunEachAsync(IReadOnlySet<Guid> ids, Caller caller, CancellationToken cancellationToken)
    {
        var results = ids.ToDictionary(id => id, _ => (ConfirmResult)new ConfirmResult.NotFound());
        var pending = new List<Asset>();
        foreach (var (id, row) in await assets.FindEachAsync(ids, caller, cancellationToken))
        {
            results[id] = row is null ? new ConfirmResult.Unavailable() : Of(row);
            if (row is { Status: AssetStatus.Pending }) pending.Add(row);
        }

        var looks = await LookAtEachAsync(pending, cancellationToken);
        foreach (var (id, look) in looks)
            if (look.Refusal is { } refusal)
                results[id] = refusal is ConfirmResult.TooLarge large ? await RefuseAsync(id, large, cancellationToken) : refusal;

        var arrived = looks.Where(look => look.Value.Arrived is not null).ToDictionary(look => look.Key, look => look.Value.Arrived!);
        foreach (var (asset, isNew) in await assets.ChangeEachAsync(arrived.Keys, a => Confirm(a, arrived[a.Id], fileName: null), cancellationToken))
            results[asset.Id] = Confirmed(asset, isNew, arrived[asset.Id].Size);
        return results;
    }

    /// <summary>
    /// Confirms those of these uploads whose files have arrived, if they ask for it, and gives up those whose files are too large. The log does not
    /// mention uploads whose files have not arrived.
    /// </summary>
    /// <param name="pending">Pending uploads, of any owners.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many this call confirmed, and of how many the store or their row told nothing.</returns>
    public async Task<(int Confirmed, int Unknown)> ConfirmArrivedAsync(IReadOnlyCollection<Asset> pending, CancellationToken cancellationToken)
    {
        var looks = await LookAtEachAsync(pending, cancellationToken, isHint: true);
        foreach (var (id, look) in looks)
            if (look.Refusal is ConfirmResult.TooLarge large)
                await RefuseAsync(id, large, cancellationToken);

        var arrived = pending.Where(a => a.AutoConfirm && looks[a.Id].Arrived is not null).ToDictionary(a => a.Id, a => looks[a.Id].Arrived!);
        var confirmed = await assets.ChangeEachAsync(arrived.Keys, a => Confirm(a, arrived[a.Id], fileName: null), cancellationToken);
        foreach (var (asset, isNew) in confirmed) Confirmed(asset, isNew, arrived[asset.Id].Size);
        return (confirmed.Count(c => c.Changed), looks.Values.Count(look => look.Refusal is ConfirmResult.Unavailable));
    }

    private async Task<ConfirmResult> ConfirmAsync(Asset asset, string? fileName, CancellationToken cancellationToken)
    {
        using var span = WorkTrace.Start("confirm", asset.Id)?.SetTag("pipeline.source.size", asset.Size);
        try
        {
            var look = await LookAsync(asset, cancellationToken);
            if (look.Refusal is ConfirmResult.TooLarge large) return await RefuseAsync(asset.Id, large, cancellationToken);
            if (look.Arrived is not { } arrived) return look.Refusal!;
            var confirmed = await assets.ChangeAsync(asset.Id, a => Confirm(a, arrived, fileName), cancellationToken);
            return confirmed is var (now, isNew) ? Confirmed(now, isNew, arrived.Size) : new ConfirmResult.NotFound();
        }
        catch (Exception e) when (FaultFacts.Note(e, asset.Facts()))
        {
            throw;
        }
    }

    /// <summary>Gives up a pending upload of unknown size, because its object, or its parts together, are larger than allowed.</summary>
    /// <returns>The same refusal, or the state of an upload that another call has changed meanwhile.</returns>
    public async Task<ConfirmResult> RefuseAsync(Guid id, ConfirmResult.TooLarge large, CancellationToken cancellationToken)
    {
        var now = await assets.ChangeAsync(id, a => a.RejectOversize(large.Received ?? 0, time.GetUtcNow()), cancellationToken);
        if (now is not ({ } asset, true)) return Of(now?.Asset);
        LogUpload(asset, large.Received ?? 0, "too_large");
        try
        {
            // The cleanup does so too, and again after the last URL has expired; but these bytes need not wait for it.
            await areas.Incoming.DeleteAsync(ObjectKey.Parse(asset.IncomingKey), cancellationToken);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            logger.CleanupFailed(e, id);
        }

        return large;
    }

    private bool Confirm(Asset asset, ObjectInfo arrived, string? fileName) => asset.Confirm(arrived.ETag, fileName, time.GetUtcNow(), arrived.Size);

    // The row as it is now: the upload may have expired or been deleted since it was found.
    private ConfirmResult Confirmed(Asset asset, bool isNew, long size)
    {
        if (!isNew) return Of(asset);
        using var scope = logger.BeginWork(asset.TraceContext, asset.Id);
        LogUpload(asset, size, "confirmed");
        counts?.Add(asset.IncomingKey, StoreOperation.Put, StoreCause.Upload);
        signal.Raise();
        return new ConfirmResult.Confirmed(asset);
    }

    private async Task<IReadOnlyDictionary<Guid, Look>> LookAtEachAsync(
        IEnumerable<Asset> pending, CancellationToken cancellationToken, bool isHint = false)
    {
        var (looks, faults) = (new ConcurrentDictionary<Guid, Look>(), 0);
        await Parallel.ForEachAsync(
            pending,
            new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancellationToken },
            async (asset, token) =>
            {
                looks[asset.Id] = new Look(new ConfirmResult.Unavailable());
                if (Volatile.Read(ref faults) >= MaxFaults) return;
                try
                {
                    looks[asset.Id] = await LookAsync(asset, token, isHint);
                }
                catch (Exception e) when (e is IOException or TimeoutException)
                {
                    Interlocked.Increment(ref faults);
                    logger.UploadNotSeen(e, asset.Id);
                }
            });
        return looks;
    }

    // Asks the store only, so that several can run side by side.
    private async Task<Look> LookAsync(Asset asset, CancellationToken cancellationToken, bool isHint = false)
    {
        var arrived = await areas.Incoming.HeadAsync(ObjectKey.Parse(asset.IncomingKey), cancellationToken);
        if (arrived is null)
        {
            if (!isHint) LogUpload(asset, asset.Size, "upload_missing");
            return new Look(new ConfirmResult.Missing());
        }

        if (asset.AllowsSize(arrived.Size)) return new Look(Refusal: null, arrived);
        var isTooLarge = asset.SizeIsBound && arrived.Size > asset.Size;
        if (!isHint || isTooLarge) await CheckTwiceAsync(arrived, cancellationToken);
        if (isTooLarge) return new Look(new ConfirmResult.TooLarge(asset.Size, arrived.Size));
        if (!isHint) LogUpload(asset, arrived.Size, "upload_mismatch");
        return new Look(new ConfirmResult.Mismatch(asset.SizeIsBound ? null : asset.Size, arrived.Size));
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
        { Status: AssetStatus.Rejected, SizeIsBound: true } => new ConfirmResult.TooLarge(asset.Size, Received: null),
        _ => new ConfirmResult.Confirmed(asset),
    };

    private static ConfirmResult.Invalid Invalid(params (string Field, string Error)[] errors) =>
        new(errors.ToDictionary(e => e.Field, e => new[] { e.Error }, StringComparer.Ordinal));

    private void LogUpload(Asset asset, long size, string outcome) =>
        logger.Upload(time.GetUtcNow(), asset.OwnerId, asset.IncomingKey, size, outcome == "confirmed", outcome);

    // What the store says of an upload: why it cannot be confirmed, or the object.
    private sealed record Look(ConfirmResult? Refusal, ObjectInfo? Arrived = null);
}
