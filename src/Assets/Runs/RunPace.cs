using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Assets.Runs;

/// <summary>How fast a run may go.</summary>
public sealed record RunPace
{
    public const int DefaultInFlight = 200;
    public const int MaxInFlight = 2_000;
    public const double DefaultMaxFailures = 5;

    private static readonly JsonSerializerOptions Text = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Most assets started in a second; null for no limit.</summary>
    public double? Rate { get; init; }

    /// <summary>Most assets in work at a time.</summary>
    public int InFlight { get; init; } = DefaultInFlight;

    /// <summary>The hours of the day in which assets are started, as <c>22:00-06:00</c>; null for all.</summary>
    public string? Window { get; init; }

    /// <summary>Most US dollars by the prices of the plan; null for no limit.</summary>
    public double? BudgetUsd { get; init; }

    /// <summary>The run pauses above this percentage of failed assets.</summary>
    public double MaxFailures { get; init; } = DefaultMaxFailures;

    public string ToJson() => JsonSerializer.Serialize(this, Text);

    /// <summary>The default pace if the text is invalid.</summary>
    public static RunPace Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<RunPace>(json, Text) ?? new RunPace();
        }
        catch (JsonException)
        {
            return new RunPace();
        }
    }

    /// <summary>Whether assets may be started at this time of the day.</summary>
    public bool IsOpen(TimeOnly now) => Window is null || TryWindow(Window) is not var (from, to) || (from < to ? now >= from && now < to : now >= from || now < to);

    /// <summary>How long work takes that goes on only in the window, from this time of the day.</summary>
    public TimeSpan Until(TimeOnly now, TimeSpan work)
    {
        if (Window is null || TryWindow(Window) is not var (from, to)) return work;
        var passed = TimeSpan.Zero;
        if (IsOpen(now))
        {
            var rest = to - now;
            if (work <= rest) return work;
            (work, passed, now) = (work - rest, rest, to);
        }

        // Days whose windows it fills before the last one.
        var days = (work.Ticks - 1) / (to - from).Ticks;
        return passed + (from - now) + TimeSpan.FromDays(days) + (work - (days * (to - from)));
    }

    /// <summary>Null if the text is not a window; it may reach over midnight.</summary>
    public static (TimeOnly From, TimeOnly To)? TryWindow(string text) =>
        text.Split('-') is [var from, var to]
        && TimeOnly.TryParseExact(from, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var start)
        && TimeOnly.TryParseExact(to, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var end)
        && start != end
            ? (start, end)
            : null;
}

/// <summary>A pace as a client sends it: a missing field keeps the value as it is, or the default in a new plan.</summary>
public sealed record RunPaceChange(double? Rate = null, int? InFlight = null, string? Window = null, double? BudgetUsd = null, double? MaxFailures = null)
{
    public bool IsEmpty => this == new RunPaceChange();

    /// <summary>The faults by field.</summary>
    public IEnumerable<(string Field, string Error)> Errors()
    {
        if (Rate is { } rate && !(rate is >= 0.01 and <= 10_000)) yield return ("pace.rate", "must be 0.01 to 10000 assets in a second");
        if (InFlight is < 1 or > RunPace.MaxInFlight) yield return ("pace.inFlight", $"must be 1 to {RunPace.MaxInFlight}");
        if (Window is { Length: > 0 } && RunPace.TryWindow(Window) is null) yield return ("pace.window", "must be two different times of the day, such as 22:00-06:00, or empty for the whole day");
        if (BudgetUsd is { } budget && !(budget is >= 0.01 and <= 1_000_000)) yield return ("pace.budgetUsd", "must be 0.01 to 1000000");
        if (MaxFailures is { } share && !(share is >= 0 and <= 100)) yield return ("pace.maxFailures", "must be 0 to 100 percent");
    }

    public RunPace On(RunPace pace) => pace with
    {
        Rate = Rate ?? pace.Rate,
        InFlight = InFlight ?? pace.InFlight,
        Window = Window is null ? pace.Window : Window.Length == 0 ? null : Window,
        BudgetUsd = BudgetUsd ?? pace.BudgetUsd,
        MaxFailures = MaxFailures ?? pace.MaxFailures,
    };
}
