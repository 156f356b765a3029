using System.Text.Json;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

internal enum Deed
{
    Confirm, Claim, Dispatched, Started, Ready, Rejected, Failed, RescueFromSilence, RescueFromQueue, NotDispatched, Poison, Reprocess, Focus, Tidied, Expire, Delete,
}

/// <summary>An event of an asset; revision and attempt are relative to the row's own.</summary>
internal sealed record Step(Deed Deed, int Revision, int Attempt, int Seconds);

/// <summary>An asset that goes through steps in any order, and the row before and after each step.</summary>
internal sealed class AssetWalk
{
    public const int MaxAttempts = 3;
    public static readonly RetryPolicy Retries = new(new DispatchOptions { MaxAttempts = MaxAttempts }, () => 0.5);
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public AssetWalk() => (Asset, Before) = (Some.Upload(_now), "");

    public Asset Asset { get; }

    public DateTimeOffset Now => _now;

    /// <summary>The whole row as text.</summary>
    public string Row => JsonSerializer.Serialize(Asset);

    public string Before { get; private set; }

    /// <summary>The work before the last step.</summary>
    public (int Revision, bool IsInFlight, bool OnceMore) WorkBefore { get; private set; }

    /// <summary>Whether the last step added events.</summary>
    public bool Wrote { get; private set; }

    /// <summary>Executes a step; true if the row reports a change.</summary>
    public bool Take(Step step)
    {
        _now += TimeSpan.FromSeconds(step.Seconds);
        (Before, WorkBefore) = (Row, (Asset.Revision, Asset.IsInFlight, Asset.OnceMore));
        var lines = Asset.NewEvents.Count;
        var changed = Do(step);
        Wrote = Asset.NewEvents.Count > lines;
        return changed;
    }

    private bool Do(Step step)
    {
        var (revision, attempt) = (Asset.Revision + step.Revision, Asset.Attempt + step.Attempt);
        return step.Deed switch
        {
            Deed.Confirm => Asset.Confirm("e1", null, _now),
            Deed.Claim => Claim(),
            Deed.Dispatched => Asset.Dispatched(revision, attempt, _now),
            Deed.Started => Asset.Started(Some.Started(Asset, revision, attempt), _now),
            Deed.Ready => Asset.MarkReady(Some.Ready(Asset, $"recipe{revision}", revision, attempt), _now),
            Deed.Rejected => Asset.Reject(Some.Rejected(Asset, revision, attempt), _now),
            Deed.Failed => Asset.AttemptFailed(Some.Failed(Asset, revision, attempt), Retries, _now),
            Deed.RescueFromSilence => Asset.Work == WorkState.Processing && Asset.RescueFromSilence(Retries, _now),
            Deed.RescueFromQueue => Asset.RescueFromQueue(_now),
            Deed.NotDispatched => Asset.NotDispatched(revision, attempt, _now),
            Deed.Poison => Asset.TakeBackPoison(revision, attempt, Retries, _now),
            Deed.Reprocess => Asset.Reprocess(_now),
            Deed.Focus => Asset.Focus(new FocalPoint { X = 0.5, Y = Math.Abs(step.Seconds % 120) / 120.0 }, _now),
            Deed.Tidied => Tidied(),
            Deed.Expire => Asset.Expire(_now),
            _ => Asset.Delete(_now),
        };
    }

    // The dispatcher's work on a due row.
    private bool Claim()
    {
        if (!(Asset.DispatchAt <= _now)) return false;
        Asset.ClaimDispatch(_now.AddSeconds(30), _now);
        return true;
    }

    // The cleanup's work on a due row without work.
    private bool Tidied()
    {
        if (!(Asset.TidyAt <= _now)) return false;
        Asset.Tidied(null, _now);
        return true;
    }
}
