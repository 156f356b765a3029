using System.Text.Json;

namespace Pipeline.Corpus;

/// <summary>The report at the end of a run.</summary>
internal sealed record Report(IReadOnlyList<RowResult> Results, TimeSpan Took, long? PeakBytes)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public int Failed => Results.Count(r => r.Failed);

    private int Passed => Results.Count(r => r.Row.Counts && !r.Failed);

    public void Print(bool verbose)
    {
        PrintTable("wrong", Results.Where(r => r.Failed));
        PrintTable("should, but does not count", Results.Where(r => r.Row.Strength == "should" && !r.Failed && r.Wrong.Count > 0));
        if (verbose)
            PrintTable("all", Results);

        foreach (var strength in (string[])["must", "should", "either"])
        {
            var rows = Results.Where(r => r.Row.Strength == strength).ToArray();
            if (rows.Length > 0)
                Console.WriteLine($"{strength,-7} {string.Join("  ", rows.CountBy(r => $"{r.Row.Expected}→{r.Got}").OrderBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"))}");
        }

        Console.WriteLine($"codes   {string.Join("  ", Results.Where(r => r.Code.Length > 0).CountBy(r => r.Code).OrderByDescending(c => c.Value).Select(c => $"{c.Key} {c.Value}"))}");
        Console.WriteLine($"memory  {(PeakBytes is { } peak ? $"{peak / 1_048_576} MiB at most, server and its children" : "not measured: not our server")}");
        Console.WriteLine($"time    {Took.TotalSeconds:0.0} s, {Results.Count} files");
        Console.WriteLine($"{Passed} passed, {Failed} failed");
    }

    public async Task WriteAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.Create(file);
        await JsonSerializer.SerializeAsync(
            stream,
            new
            {
                passed = Passed,
                failed = Failed,
                seconds = Math.Round(Took.TotalSeconds, 1),
                peakBytes = PeakBytes,
                rows = Results.Select(r => new
                {
                    r.Row.Path, r.Row.Strength, r.Row.Expected, r.Got, r.Code, r.Failed, r.Wrong, r.Broken, r.Notes,
                }),
            },
            Json,
            cancellationToken);
    }

    private static void PrintTable(string title, IEnumerable<RowResult> results)
    {
        var rows = results.OrderBy(r => r.Row.Path, StringComparer.Ordinal).ToArray();
        if (rows.Length == 0)
            return;
        var width = rows.Max(r => r.Row.Path.Length);
        Console.WriteLine($"\n{title}:\n{"path".PadRight(width)}  expected  got         code                 note");
        foreach (var r in rows)
            Console.WriteLine($"{r.Row.Path.PadRight(width)}  {r.Row.Expected,-8}  {r.Got,-10}  {r.Code,-19}  {string.Join("; ", r.Wrong.Concat(r.Broken).Concat(r.Notes))}");
        Console.WriteLine();
    }
}
