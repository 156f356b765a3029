using System.CommandLine;
using Pipeline.Bench.Imaging;
using Pipeline.Bench.Imaging.Cost;
using Pipeline.Bench.Imaging.Runners;
using Pipeline.Bench.Imaging.Speed;

var photos = new Option<FileSystemInfo[]>("--photos") { Description = "JPEGs of a camera, or folders of them", AllowMultipleArgumentsPerToken = true, Required = true };
photos.AcceptExistingOnly();
var count = new Option<int>("--count") { Description = "Rounds for each photo; every peer has one turn in each", DefaultValueFactory = _ => 8 };
count.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 1_000) result.AddError("--count must be 1 to 1000");
});
var warmUp = new Option<int>("--warm-up") { Description = "Turns of each peer before the first photo that do not count; fewer give a first look", DefaultValueFactory = _ => SpeedRun.WarmUp };
var json = new Option<bool>("--json") { Description = "Print the ratios once more as one JSON object in the last line" };
var stages = new Option<bool>("--stages") { Description = "Only where the time goes, without peers" };
var sharp = new Option<DirectoryInfo>("--sharp") { Description = "The folder of sharp's runner; bench.sh gives it", Required = true, Hidden = true };
sharp.AcceptExistingOnly();

var root = new RootCommand("Speed, memory, bytes and quality of the imaging engine beside sharp and beside the bare codecs.") { photos, count, warmUp, json, stages, sharp };
root.SetAction(async parsed =>
{
    try
    {
        var given = Photo.Read(parsed.GetValue(photos) ?? []);
        if (parsed.GetValue(stages)) await Benchmark.RunStagesAsync(given, parsed.GetValue(count));
        else await Benchmark.RunAsync(given, parsed.GetValue(count), parsed.GetValue(warmUp), parsed.GetValue(sharp)!.FullName, parsed.GetValue(json));
        return 0;
    }
    catch (Exception e) when (e is BenchException or IOException or InvalidOperationException)
    {
        await Console.Error.WriteLineAsync($"bench: {e.Message}");
        return 1;
    }
});

var peer = new Argument<string>("peer");
var runner = new Command("runner", "One of the peers, driven by standard input.") { peer };
runner.Hidden = true;
runner.SetAction(parsed => Runner.RunAsync(parsed.GetRequiredValue(peer)));
root.Subcommands.Add(runner);

var only = new Option<string?>("--only") { Description = "Files whose names hold this text" };
var cost = new Command("cost", "CPU that small files take which were made to take much.") { only };
cost.SetAction(parsed => CostRun.RunAsync(parsed.GetValue(only)));
root.Subcommands.Add(cost);
photos.Required = args is not (["runner", ..] or ["cost", ..]);
sharp.Required = photos.Required && !args.Contains("--stages");
return await root.Parse(args).InvokeAsync();
