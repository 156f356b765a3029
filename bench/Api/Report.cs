using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Pipeline.Bench.Api;

/// <summary>The table, and the same as one JSON object for comparisons between runs.</summary>
internal static class Report
{
    public static void Print(IReadOnlyList<RouteRounds> routes)
    {
        AnsiConsole.Profile.Width = 140;
        var lines = new Table().Border(TableBorder.Simple).AddColumns("route", "server", "each second", "p50", "p99", "CPU of the server", "of PostgreSQL", "÷ peer (lowest to highest)", "goal");
        foreach (var route in routes)
        {
            lines.AddRow(Row(route, "API", route.Api, Ratios(route), route.Goal));
            if (route.Peer.Count > 0) lines.AddRow(Row(route, "Express", route.Peer, "", ""));
        }

        AnsiConsole.Write(lines);
        AnsiConsole.MarkupLine("Medians of the rounds, by file for a batch. CPU in milliseconds.");
    }

    public static void PrintJson(IReadOnlyList<RouteRounds> routes) => Console.WriteLine(JsonSerializer.Serialize(
        routes.Select(route => new { route.Name, route.Unit, ratio = route.Peer.Count > 0 ? Median(Pairs(route)) : (double?)null, route.Api, route.Peer }), JsonSerializerOptions.Web));

    private static string[] Row(RouteRounds route, string server, IReadOnlyList<RouteFigures> rounds, string ratio, string goal) =>
    [
        server == "API" ? route.Name : "",
        server,
        Text($"{route.Unit * Median(rounds.Select(r => r.Rate)):N0}"),
        Text($"{Median(rounds.Select(r => r.P50)):0.0} ms"),
        Text($"{Median(rounds.Select(r => r.P99)):0.0} ms"),
        Text($"{Median(rounds.Select(r => r.ServerCpu)) / route.Unit:0.0000}"),
        rounds[0].DatabaseCpu is null ? "" : Text($"{Median(rounds.Select(r => r.DatabaseCpu!.Value)) / route.Unit:0.0000}"),
        ratio,
        goal,
    ];

    private static string Ratios(RouteRounds route) => route.Peer.Count == 0 ? "" : Text($"{Median(Pairs(route)):0.00} ({Pairs(route).Min():0.00} to {Pairs(route).Max():0.00})");

    private static IEnumerable<double> Pairs(RouteRounds route) => route.Api.Zip(route.Peer, (api, peer) => api.Rate / peer.Rate);

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2 : 0;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
