using System.Diagnostics;

namespace Pipeline.Chaos;

/// <summary>Runs scenarios, and prints the result of each at the end.</summary>
internal sealed class Report
{
    private readonly List<(string Name, Finding Finding, bool Held, TimeSpan Took)> _lines = [];

    public int Passed => _lines.Count(l => l.Held);

    public int Failed => _lines.Count - Passed;

    public async Task RunAsync(Scenario scenario, Scale scale, CancellationToken cancellationToken)
    {
        await Console.Error.WriteLineAsync($"chaos: {scenario.Name}");
        var took = Stopwatch.StartNew();
        var (finding, held) = await TryAsync(scenario, scale, cancellationToken);
        await Console.Error.WriteLineAsync($"chaos: {scenario.Name}: {(held ? "held" : "DID NOT HOLD")}: {finding.Runs}: {finding.Result} ({took.Elapsed.TotalSeconds:0} s)");
        _lines.Add((scenario.Name, finding, held, took.Elapsed));
    }

    public void Print()
    {
        var (names, runs) = (Width(l => l.Name, "fault"), Width(l => l.Finding.Runs, "runs"));
        Console.WriteLine($"\n{"fault".PadRight(names)}  {"runs".PadRight(runs)}  {"time",6}  result");
        foreach (var (name, finding, held, took) in _lines)
            Console.WriteLine($"{name.PadRight(names)}  {finding.Runs.PadRight(runs)}  {took.TotalSeconds,4:0} s  {(held ? "" : "WRONG: ")}{finding.Result}");
        Console.WriteLine($"{Passed} passed, {Failed} failed");

        int Width(Func<(string Name, Finding Finding, bool, TimeSpan), string> text, string title) => _lines.Select(text).Append(title).Max(t => t.Length);
    }

    private static async Task<(Finding Finding, bool Held)> TryAsync(Scenario scenario, Scale scale, CancellationToken cancellationToken)
    {
        try
        {
            return (await scenario.RunAsync(scale, cancellationToken), true);
        }
        catch (Exception e) when (e is ChaosException or TimeoutException)
        {
            return (new Finding("–", e.Message), false);
        }
        catch (Exception e)
        {
            // Continue with the other scenarios.
            await Console.Error.WriteLineAsync(e.ToString());
            return (new Finding("–", $"{e.GetType().Name}: {e.Message}".ReplaceLineEndings(" ")), false);
        }
    }
}
