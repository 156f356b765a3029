
namespace Pipeline.Cli.Output;

/// <summary>Explains why an asset is not finished and when it is retried, from its last attempt.</summary>
static class WaitingView
{
    /// <summary>The fault and the time of the next attempt; null if there is no fault or no further attempt.</summary>
    public static string? Why(Asset asset) => asset is { IsTerminal: false, Failure: { } failure }
        ? $"{failure.Reason.TrimEnd('.', ' ')} ({failure.Code}); {NextTry(asset)}"
        : null;

    /// <summary>The same for an asset that took too long; the reason may be a long queue and no fault.</summary>
    public static string WhyLate(Asset? asset) => (asset is null ? null : Why(asset)) ?? asset?.Status switch
    {
        "queued" => "it is queued and waits for a worker",
        "processing" => "a worker is processing it",
        _ => "the server gave no reason",
    };

    /// <summary>The time of the next attempt; empty if there is none or it is not known.</summary>
    public static string NextTry(Asset asset) =>
        asset.IsTerminal || asset.Failure is null ? ""
        : asset.Failure.NextAttemptAt is { } at ? $"next try at {AssetView.Time(at)}"
        : "another attempt is running";
}
