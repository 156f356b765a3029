using System.CommandLine;
using System.Data.Common;
using Pipeline.Bench.Load;

var photos = new Option<FileSystemInfo[]>("--photos") { Description = "JPEGs, or folders of them; without it a small one of 640 × 480 is made", AllowMultipleArgumentsPerToken = true };
photos.AcceptExistingOnly();
var only = new Option<string[]>("--only") { Description = "Some of table, traffic, queue, fair, streams, webhooks, telemetry, capacity and road; without it the first three, unless --soak is given", AllowMultipleArgumentsPerToken = true };
only.AcceptOnlyFromAmong("table", "traffic", "queue", "fair", "streams", "webhooks", "telemetry", "capacity", "road");
var rows = Number("--rows", "Rows of the large table", 1_000_000, 20_000, 20_000_000);
var seconds = Number("--seconds", "How long each step of the traffic's ramp lasts", 10, 1, 3_600);
var queue = Number("--queue", "Assets to reprocess", 10_000, 10, 100_000);
var count = Number("--count", "Good photos in each of the eight rounds of fair; photos of each size of road", 4, 1, 1_000);
var soak = Number("--soak", "Minutes of a soak instead", 0, 0, 10_000);
var streams = Number("--streams", "Streams to hold open in streams", 5_000, 20, 50_000);
var minutes = Number("--minutes", "How long streams holds them open", 10, 1, 600);
var events = Number("--events", "Events of each of the six rounds of webhooks", 200, 4, 100_000);
var rounds = Number("--rounds", "Rounds of 200 confirms of each API in telemetry", 10, 1, 1_000);
var uploads = Number("--uploads", "Uploads of each of the three sizes of capacity", 60, 4, 10_000);
var output = new Option<string?>("--output") { Description = "Where capacity writes its rates" };
var json = new Option<bool>("--json") { Description = "Print the figures once more as one JSON object in the last line" };
var root = new RootCommand("How much the hosts bear, and what becomes of people who wait.") { photos, only, rows, seconds, queue, count, streams, minutes, events, rounds, uploads, output, soak, json };
root.SetAction(async parsed =>
{
    try
    {
        var (deck, report) = (PhotoDeck.Of(parsed.GetValue(photos) ?? []), new Report());
        if (Wants("table")) report.Add(parsed.GetValue(rows), await TableRun.MeasureAsync(parsed.GetValue(rows)));
        if (Wants("traffic"))
        {
            var runs = new List<TrafficFigures>();
            for (var processors = 0; processors <= 2; processors++)
                runs.Add(await TrafficRun.MeasureAsync(deck, processors, TimeSpan.FromSeconds(parsed.GetValue(seconds))));
            report.Add(runs);
        }

        if (Wants("queue")) report.Add(await QueueRun.MeasureAsync(deck, parsed.GetValue(queue)));
        if (Asks("fair")) report.Add(await FairRun.MeasureAsync(parsed.GetValue(count)));
        if (Asks("webhooks")) report.Add(await WebhooksRun.MeasureAsync(parsed.GetValue(events)));
        if (Asks("telemetry")) report.Add(await TelemetryRun.MeasureAsync(deck, parsed.GetValue(rounds), confirms: 200));
        if (Asks("road")) report.Add(await RoadRun.MeasureAsync(parsed.GetValue(count), TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        if (Asks("capacity")) CapacityReport.Write(await CapacityRun.MeasureAsync(parsed.GetValue(uploads)), parsed.GetValue(output));
        if (Asks("streams"))
            report.Add(await StreamsRun.MeasureAsync(deck, parsed.GetValue(streams), TimeSpan.FromMinutes(parsed.GetValue(minutes))));
        if (parsed.GetValue(soak) is > 0 and var soaking) report.Add(TimeSpan.FromMinutes(soaking), await SoakRun.MeasureAsync(deck, TimeSpan.FromMinutes(soaking)));
        if (parsed.GetValue(json)) report.PrintJson();
        return 0;
    }
    catch (Exception e) when (e is BenchException or IOException or HttpRequestException or InvalidOperationException or OperationCanceledException or TimeoutException or DbException)
    {
        await Console.Error.WriteLineAsync($"bench: {e.Message}");
        return 1;
    }

    bool Asks(string part) => parsed.GetValue(only)?.Contains(part, StringComparer.Ordinal) == true;

    bool Wants(string part) => parsed.GetValue(only) is { Length: > 0 } some ? some.Contains(part, StringComparer.Ordinal) : parsed.GetValue(soak) == 0;
});
return await root.Parse(args).InvokeAsync();

static Option<int> Number(string name, string description, int otherwise, int least, int most)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => otherwise };
    option.Validators.Add(result =>
    {
        var value = result.GetValueOrDefault<int>();
        if (value < least || value > most) result.AddError($"{name} must be {least} to {most}");
    });
    return option;
}
