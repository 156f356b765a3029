using System.CommandLine;
using Pipeline.Bench.Pipeline;

var photos = new Option<FileSystemInfo[]>("--photos") { Description = "JPEGs, or folders of them; without it a photo of 12 megapixels is made", AllowMultipleArgumentsPerToken = true };
photos.AcceptExistingOnly();
var count = new Option<int>("--count") { Description = "How many to send in each run", DefaultValueFactory = _ => 24 };
count.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 10_000) result.AddError("--count must be 1 to 10000");
});
var json = new Option<bool>("--json") { Description = "Print the figures once more as one JSON object in the last line" };
var root = new RootCommand("What the pipeline costs beside the bare engine, and how it scales from one processor to two.") { photos, count, json };
root.SetAction(async parsed =>
{
    try
    {
        var (bytes, n) = (PhotoSource.Read(parsed.GetValue(photos) ?? []), parsed.GetValue(count));
        var engine = await EngineRun.MeasureAsync(bytes, n);
        var one = await ServerRun.MeasureAsync(bytes, n, processors: 1);
        var two = await ServerRun.MeasureAsync(bytes, n, processors: 2);
        new Report(n, one, two, engine).Print(parsed.GetValue(json));
        return 0;
    }
    catch (Exception e) when (e is BenchException or IOException or HttpRequestException or InvalidOperationException or OperationCanceledException)
    {
        await Console.Error.WriteLineAsync($"bench: {e.Message}");
        return 1;
    }
});
return await root.Parse(args).InvokeAsync();
