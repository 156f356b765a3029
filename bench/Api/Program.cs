using System.CommandLine;
using System.Data.Common;
using Pipeline.Bench.Api;

var express = new Option<DirectoryInfo>("--express") { Description = "The folder of the peer with its packages", Required = true };
var program = new Option<FileInfo>("--api") { Description = "The published API, Pipeline.UploadApi.dll; that of the build without it" };
var only = new Option<string[]>("--only") { Description = "Some of presign, batch, confirm and read; all without it", AllowMultipleArgumentsPerToken = true };
only.AcceptOnlyFromAmong("presign", "batch", "confirm", "read");
var rounds = Number("--rounds", "Rounds of each server, in turn", 3, 1, 100);
var seconds = Number("--seconds", "How long each round lasts", 10, 1, 600);
var count = Number("--count", "Confirms in each round", 3_000, 100, 100_000);
var json = new Option<bool>("--json") { Description = "Print the figures once more as one JSON object in the last line" };
var root = new RootCommand("The routes of the API beside the usual way to issue presigned URLs, one core each.") { express, program, only, rounds, seconds, count, json };
root.SetAction(async parsed =>
{
    try
    {
        if (!OperatingSystem.IsLinux()) throw new BenchException("it needs Linux");
        Cores.Check();
        await using var api = await ApiServer.StartAsync(parsed.GetValue(program)?.FullName);
        await using var peer = await ExpressServer.StartAsync(parsed.GetValue(express)!.FullName);
        var door = new Door(api, peer, parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
        var routes = new List<RouteRounds>();
        if (Wants("presign")) routes.Add(await door.PresignAsync());
        if (Wants("batch")) routes.Add(await door.BatchAsync());
        if (Wants("confirm")) routes.Add(await door.ConfirmAsync(parsed.GetValue(count)));
        if (Wants("read")) routes.Add(await door.ReadAsync());
        Report.Print(routes);
        if (parsed.GetValue(json)) Report.PrintJson(routes);
        return 0;
    }
    catch (Exception e) when (e is BenchException or IOException or HttpRequestException or InvalidOperationException or OperationCanceledException or TimeoutException or DbException)
    {
        await Console.Error.WriteLineAsync($"bench: {e.Message}");
        return 1;
    }

    bool Wants(string part) => parsed.GetValue(only) is not { Length: > 0 } some || some.Contains(part, StringComparer.Ordinal);
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
