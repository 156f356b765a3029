namespace Pipeline.Chaos;

/// <summary>One fault and what must hold while it lasts and after it.</summary>
/// <param name="Name">Of one word or a few, for <c>--only</c> and the table.</param>
/// <param name="RunAsync">Breaks things and throws <see cref="ChaosException"/> at the first thing that does not hold.</param>
/// <param name="IsShort">Also tried with every run of the tests.</param>
internal sealed record Scenario(string Name, Func<Scale, CancellationToken, Task<Finding>> RunAsync, bool IsShort = false);

/// <summary>What a run has found.</summary>
/// <param name="Runs">How much was tried.</param>
/// <param name="Result">What came of it, with the figures that were measured.</param>
internal sealed record Finding(string Runs, string Result);

/// <summary>Something does not hold, or the run itself cannot go on; the message is for the person at the terminal.</summary>
internal sealed class ChaosException(string message) : Exception(message)
{
    public static void Unless(bool holds, string message)
    {
        if (!holds) throw new ChaosException(message);
    }
}

/// <summary>How much of the full number of runs is asked for.</summary>
internal sealed record Scale(int Percent)
{
    /// <summary>The part of a full number.</summary>
    /// <param name="least">Fewer would prove nothing.</param>
    public int Of(int full, int least = 1) => Math.Max(least, (int)((long)full * Percent / 100));

    /// <summary>The part of a full time.</summary>
    public TimeSpan Of(TimeSpan full, TimeSpan least) => full * Percent / 100 is var part && part > least ? part : least;
}
