using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.Storage;

namespace Pipeline.Assets.Runs;

/// <summary>Why a running run starts nothing at the moment. The strings are part of the HTTP API.</summary>
public static class RunWait
{
    /// <summary>An upload has waited for too long; people come first.</summary>
    public const string Uploads = "uploads";

    /// <summary>The store fails.</summary>
    public const string Store = "store";

    /// <summary>The scanner fails.</summary>
    public const string Scanner = "scanner";

    /// <summary>The time of the day is outside of the window.</summary>
    public const string Window = "window";

    /// <summary>The rate is used up for the moment.</summary>
    public const string Rate = "rate";

    /// <summary>As many assets as allowed are in work, or the last ones are.</summary>
    public const string InFlight = "in_flight";

    /// <summary>The first assets of the run must end well.</summary>
    public const string Canary = "canary";

    /// <summary>Rescans have read as many bytes as they may today.</summary>
    public const string DailyBytes = "daily_bytes";

    /// <summary>A newer version planned this kind of run.</summary>
    public const string Kind = "kind";

    public static IReadOnlyList<string> All { get; } = [Uploads, Store, Scanner, Window, Rate, InFlight, Canary, DailyBytes, Kind];
}

/// <summary>Decides whether a run may start assets now.</summary>
public sealed class RunBrakes(AssetDbContext db, StorageAreas areas, IOptions<RunsOptions> options, TimeProvider time)
{
    // A run that was slowed down catches up with this much at most.
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(5);

    // Any key works: the check needs an answer, not an object.
    private static readonly ObjectKey Probe = ObjectKey.Parse("uploads/health/probe");

    /// <param name="run">The run.</param>
    /// <param name="pace">Its pace.</param>
    /// <param name="yields">Whether it waits for uploads: it needs the workers or the bandwidth that they need.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null if the run may go on.</returns>
    public async Task<string?> WhyWaitAsync(Run run, RunPace pace, bool yields, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (!pace.IsOpen(options.Value.TimeOfDay(now))) return RunWait.Window;
        if (yields && await UploadsWaitAsync(now, cancellationToken)) return RunWait.Uploads;
        return await FaultAsync(run, cancellationToken) ?? (await StoreAnswersAsync(cancellationToken) ? null : RunWait.Store);
    }

    /// <summary>How many assets the rate allows now.</summary>
    public static int Allowed(Run run, RunPace pace, DateTimeOffset now)
    {
        if (pace.Rate is not { } rate) return int.MaxValue;
        var from = run.PacedUntil is { } until && until > now - Burst ? until : now - TimeSpan.FromSeconds(Math.Max(1, 1 / rate));
        return (int)Math.Floor(((now - from).TotalSeconds * rate) + 1e-6);
    }

    /// <summary>Until when the rate is used up once these assets are started.</summary>
    internal static DateTimeOffset? PacedUntil(Run run, int started, DateTimeOffset now)
    {
        if (RunPace.Read(run.Pace).Rate is not { } rate) return null;
        var from = run.PacedUntil is { } until && until > now - Burst ? until : now - TimeSpan.FromSeconds(Math.Max(1, 1 / rate));
        return from + TimeSpan.FromSeconds(started / rate);
    }

    // Two queries, each on the narrow index of its sweep.
    private async Task<bool> UploadsWaitAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var limit = now - TimeSpan.FromSeconds(options.Value.YieldSeconds);
        return await db.Assets.AnyAsync(a => a.DispatchAt != null && a.IsAwaited && a.DispatchAt <= limit, cancellationToken)
            || await db.Assets.AnyAsync(a => a.IsInFlight && a.IsAwaited && a.Work == WorkState.Queued && a.LastHeardAt <= limit, cancellationToken);
    }

    // Workers report the scanner and the store by the codes of failed attempts; a later attempt that ends well clears them.
    private async Task<string?> FaultAsync(Run run, CancellationToken cancellationToken)
    {
        var items = db.RunItems.Where(i => i.RunId == run.Id && i.Outcome == null);
        var codes = run.Kind == RunKind.Rescan ? items.Select(i => i.Code) : items.Join(db.Assets, i => i.AssetId, a => a.Id, (_, a) => a.FailureCode);
        var code = await codes
            .Where(c => c == FailureCode.ScannerUnavailable || c == FailureCode.StorageUnavailable)
            .FirstOrDefaultAsync(cancellationToken);
        return code switch
        {
            FailureCode.ScannerUnavailable => RunWait.Scanner,
            FailureCode.StorageUnavailable => RunWait.Store,
            _ => null,
        };
    }

    private async Task<bool> StoreAnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await areas.Incoming.HeadAsync(Probe, cancellationToken);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The health check reports the reason.
            return false;
        }
    }
}
