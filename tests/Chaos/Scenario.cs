namespace Pipeline.Chaos;

/// <summary>A fault, and the conditions that must hold during and after it.</summary>
/// <param name="Name">A short name, for <c>--only</c> and the table.</param>
/// <param name="RunAsync">Injects faults and throws <see cref="ChaosException"/> at the first violated condition.</param>
/// <param name="IsShort">Also part of every test run.</param>
internal sealed record Scenario(string Name, Func<Scale, CancellationToken, Task<Finding>> RunAsync, bool IsShort = false);

/// <summary>The result of a run.</summary>
/// <param name="Runs">Number of tries.</param>
/// <param name="Result">The result, with the measured figures.</param>
internal sealed record Finding(string Runs, string Result);

/// <summary>A condition is violated, or the run cannot continue; the message is printed.</summary>
internal sealed class ChaosException(string message) : Exception(message)
{
    public static void Unless(bool holds, string message)
    {
        if (!holds) throw new ChaosException(message);
    }
}

/// <summary>The requested fraction of the full number of runs.</summary>
internal sealed record Scale(int Percent)
{
    /// <summary>This fraction of a number.</summary>
    /// <param name="least">The minimum; fewer runs would prove nothing.</param>
    public int Of(int full, int least = 1) => Math.Max(least, (int)((long)full * Percent / 100));

    /// <summary>This fraction of a duration.</summary>
    public TimeSpan Of(TimeSpan full, TimeSpan least) => full * Percent / 100 is var part && part > least ? part : least;
}
