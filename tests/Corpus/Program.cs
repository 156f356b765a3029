using System.Diagnostics;
using Pipeline.Corpus;
using Pipeline.TestKit;

if (Arguments.Parse(args) is not { } arguments)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

using var stop = new StopSignal();

var folder = Directory.CreateTempSubdirectory("pipeline-corpus-");
try
{
    var rows = (await Manifest.ReadAsync(arguments.Folder, stop.Token)).Where(r => r.Path.Contains(arguments.Only)).ToArray();
    if (rows.Length == 0)
        throw new CorpusException("No row of the manifest was chosen; a run over nothing proves nothing.");
    var downloads = folder.CreateSubdirectory("downloads").FullName;
    var took = Stopwatch.StartNew();
    IReadOnlyList<RowResult> results;
    long? peak = null;
    if (arguments.Server is { } address)
    {
        var token = Environment.GetEnvironmentVariable("PIPELINE_TOKEN") ?? throw new CorpusException("--server needs a token in PIPELINE_TOKEN.");
        results = await CorpusRun.RunAsync(rows, address, () => token, downloads, stop.Token);
    }
    else
    {
        await ClamdCheck.DemandAsync(arguments.Clamd, stop.Token);
        await using var server = arguments.Production
            ? await CorpusServer.StartProductionAsync(arguments, folder.FullName)
            : await CorpusServer.StartAsync(arguments, folder.FullName);
        results = await CorpusRun.RunAsync(rows, server.Address, server.Token, downloads, stop.Token);
        peak = server.PeakBytes;
        if (results.Any(r => r.Failed))
            Console.Error.WriteLine($"The server's last words:\n{server.LastWords}\n");
    }

    var report = new Report(results, took.Elapsed, peak);
    report.Print(arguments.Verbose);
    if (arguments.Json is { } file)
        await report.WriteAsync(file, stop.Token);
    return report.Failed == 0 ? 0 : 1;
}
catch (CorpusException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (OperationCanceledException) when (stop.IsRaised)
{
    Console.Error.WriteLine("interrupted");
    return 2;
}
finally
{
    folder.Delete(recursive: true);
}
