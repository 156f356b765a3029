using System.ComponentModel.DataAnnotations;

namespace Pipeline.Assets.Rescans;

/// <summary>How published originals are scanned again with newer signatures. Section <c>Rescan</c>.</summary>
public sealed class RescanOptions
{
    public const string Section = "Rescan";

    /// <summary>Whether rescans start by themselves. Default true. Operators can always start one.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>New signatures start a rescan of the assets that were requested within this many days. Default 30; 0 for none.</summary>
    [Range(0, 3_650)]
    public int WindowDays { get; set; } = 30;

    /// <summary>The other assets are scanned again after this many days. Default 90; 0 for never.</summary>
    [Range(0, 3_650)]
    public int EveryDays { get; set; } = 90;

    /// <summary>Most bytes that rescans of all tenants read in a day, by UTC. Default 50 GB. An original that is larger is the only one of its day.</summary>
    [Range(1L, long.MaxValue)]
    public long BytesPerDay { get; set; } = 50_000_000_000;

    /// <summary>
    /// CPU seconds of the scanner for each gigabyte, for plans only. Default none: it depends on the scanner and its signatures, so plans say that it is unknown.
    /// </summary>
    [Range(0.001, 1_000_000)]
    public double? CpuSecondsPerGigabyte { get; set; }

    /// <summary>
    /// A run withdraws this many assets at least before its brake holds back the others; in a small library only each fourth asset. Default 3.
    /// </summary>
    [Range(1, 1_000)]
    public int FewestHits { get; set; } = 3;

    /// <summary>The brake holds hits back above this percentage of the assets that were scanned. Default 0.1.</summary>
    [Range(0, 100)]
    public double MaxHitPercent { get; set; } = 0.1;

    /// <summary>How many assets a run may withdraw before the brake holds.</summary>
    /// <param name="planned">Assets of the run.</param>
    /// <param name="scanned">Assets of it that were scanned, this one included.</param>
    internal long Allowed(int planned, int scanned) => Math.Max(Math.Clamp(planned / 4, 1, FewestHits), (long)(scanned * MaxHitPercent / 100));
}
