using System.Diagnostics.Metrics;

namespace Pipeline.Imaging.Isolation;

/// <summary>Counts the starts and the ends of decoder processes.</summary>
internal static class DecoderMetrics
{
    private static readonly Meter Meter = new("Pipeline.Imaging");

    private static readonly Counter<long> Starts = Meter.CreateCounter<long>("pipeline.decoder.starts", description: "Decoder processes that were started.");

    private static readonly Counter<long> Ends = Meter.CreateCounter<long>("pipeline.decoder.ends", description: "Decoder processes that ended, by reason.");

    private static readonly UpDownCounter<long> Living = Meter.CreateUpDownCounter<long>("pipeline.decoder.processes", description: "Decoder processes that run.");

    public static void Started()
    {
        Starts.Add(1);
        Living.Add(1);
    }

    public static void Ended(DecoderEnd reason)
    {
        Ends.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString().ToLowerInvariant()));
        Living.Add(-1);
    }
}

/// <summary>Why a decoder process ended.</summary>
internal enum DecoderEnd
{
    /// <summary>It had handled its number of images, or is not needed.</summary>
    Recycled,

    /// <summary>It crashed, ran out of memory or gave an invalid reply.</summary>
    Crashed,

    /// <summary>It was killed by SIGKILL, for example by the kernel for want of memory.</summary>
    Killed,

    /// <summary>It exceeded its time limit.</summary>
    Timeout,

    /// <summary>It exited before it received a request.</summary>
    Gone,

    /// <summary>Its work was given up, for example at the end of the host.</summary>
    Abandoned,
}
