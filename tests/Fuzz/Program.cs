using System.Diagnostics;
using Pipeline.Fuzz;
using Pipeline.TestKit;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

using var stop = new StopSignal();

using var work = new TempFolder();
try
{
    var originals = Originals.Read(arguments.Folder);
    if (originals.Count == 0)
    {
        Console.Error.WriteLine($"There is no image in {arguments.Folder}.");
        return 2;
    }

    var took = Stopwatch.StartNew();
    var report = new Report(arguments, originals.Count);
    await using (var engine = await Engine.StartAsync(work.Path, FuzzRun.AtOnce, stop.Token))
    {
        var before = Directory.GetFileSystemEntries(work.Path).Order(StringComparer.Ordinal).ToList();
        var run = new FuzzRun(arguments, new Mutator(originals), engine, work.Path);
        for (var part = 1; part <= Report.Parts; part++)
        {
            await run.RunAsync(arguments.Count * (part - 1) / Report.Parts, arguments.Count * part / Report.Parts, stop.Token);
            report.Sample(run, took.Elapsed, part);
        }

        var left = Directory.GetFileSystemEntries(work.Path).Except(before, StringComparer.Ordinal).ToList();
        report.Close(run, left);
    }

    return report.Failed == 0 ? 0 : 1;
}
catch (OperationCanceledException) when (stop.IsRaised)
{
    Console.Error.WriteLine("interrupted");
    return 2;
}
