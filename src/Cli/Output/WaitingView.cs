using Pipeline.Cli.Api;

namespace Pipeline.Cli.Output;

/// <summary>Why an asset is not done yet, and until when, as its last attempt tells.</summary>
static class WaitingView
{
    /// <summary>What went wrong and when it is tried again; null if nothing did, or if nothing more comes.</summary>
    public static string? Why(Asset asset) => asset is { IsTerminal: false, Failure: { } failure }
        ? $"{failure.Reason.TrimEnd('.', ' ')} ({failure.Code}); {NextTry(asset)}"
        : null;

    /// <summary>The same for an asset that took too long, where there may be no trouble but a long queue.</summary>
    public static string WhyLate(Asset? asset) => (asset is null ? null : Why(asset)) ?? asset?.Status switch
    {
        "queued" => "it is queued and no worker has taken it yet",
        "processing" => "a worker has it",
        _ => "the server has not said why",
    };

    /// <summary>When it is tried again; empty if that is not to come or not known.</summary>
    public static string NextTry(Asset asset) =>
        asset.IsTerminal || asset.Failure is null ? ""
        : asset.Failure.NextAttemptAt is { } at ? $"next try at {AssetView.Time(at)}"
        : "it is being tried again";
}
