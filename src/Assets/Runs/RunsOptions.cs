using System.ComponentModel.DataAnnotations;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Assets.Runs;

/// <summary>How runs over many assets go. Section <c>Runs</c>.</summary>
public sealed class RunsOptions : IValidatableObject
{
    public const string Section = "Runs";

    /// <summary>The largest <see cref="KeepReplacedHours"/>.</summary>
    public const int MaxKeepReplacedHours = 720;

    /// <summary>The time zone of windows such as <c>22:00-06:00</c>, by its IANA name. Default UTC.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>A run starts nothing while an upload has waited longer than this many seconds. Default 5.</summary>
    [Range(1, 3_600)]
    public int YieldSeconds { get; set; } = 5;

    /// <summary>Hours in which a plan can be applied. Default 24.</summary>
    [Range(1, 720)]
    public int PlanHours { get; set; } = 24;

    /// <summary>Milliseconds after which a plan takes the database's estimate in place of a count. Default 1,500.</summary>
    [Range(100, 600_000)]
    public int CountMilliseconds { get; set; } = 1_500;

    /// <summary>Runs with more assets than this begin with <see cref="CanaryAssets"/>. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int CanaryAbove { get; set; } = 1_000;

    /// <summary>The first assets of a large run; the others follow if these end well. Default 100.</summary>
    [Range(1, 10_000)]
    public int CanaryAssets { get; set; } = 100;

    /// <summary>CPU seconds for each asset, for plans only. Default 0.6: a photo of 12 megapixels in the default profile.</summary>
    [Range(0.001, 3_600)]
    public double CpuSecondsPerAsset { get; set; } = 0.6;

    /// <summary>Days for which ended runs stay listed. Default 400.</summary>
    [Range(1, 10_000)]
    public int KeepDays { get; set; } = 400;

    /// <summary>
    /// Hours after the end of a run for which it can be rolled back, unless its plan says otherwise. Default 24. Until then the store keeps what the
    /// run replaced.
    /// </summary>
    [Range(0, MaxKeepReplacedHours)]
    public int KeepReplacedHours { get; set; } = 24;

    /// <summary>The time of the day in <see cref="TimeZone"/>.</summary>
    internal TimeOnly TimeOfDay(DateTimeOffset now) => TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(TimeZone)).DateTime);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new ValidationResult($"`{Section}:{nameof(TimeZone)}` must be a time zone of this machine, such as UTC or Europe/Vienna, was '{Credentials.Hide(TimeZone)}'");
    }
}
