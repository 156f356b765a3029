using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>Not a fault: checks that no library sends usage data. A library that is used here does so five minutes after the start.</summary>
internal static class CallsHome
{
    // A part of these seven minutes would prove nothing.
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(7);

    public static async Task<Finding> RunAsync(Scale scale, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        var (api, worker, embedded) = (new ConnectTrace(folder["api"]), new ConnectTrace(folder["worker"]), new ConnectTrace(folder["embedded"]));
        await using var world = await World.CreateAsync();
        await world.StartApiUnderAsync(api.Under);
        await world.StartWorkerUnderAsync(worker.Under);
        await using var server = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "Pipeline.AllInOne.dll"), folder.Path,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Scanner__Kind"] = "clamd", ["Processor__Clamd__Address"] = Settings["Processor__Clamd__Address"] },
            under: embedded.Under);

        using var client = world.Client();
        var confirmed = await client.UploadAsync(3, cancellationToken);
        await world.DoneAsync("nothing is broken", TimeSpan.FromMinutes(2), cancellationToken);
        await Task.Delay(Watched, cancellationToken);

        var strangers = new[] { ("API", api), ("worker", worker), ("embedded server", embedded) }
            .SelectMany(host => host.Item2.Called().Keys.Where(address => !IsConfigured(address)).Select(address => $"the {host.Item1} called {address}"))
            .ToList();
        ChaosException.Unless(strangers.Count == 0, string.Join("; ", strangers));
        var resolved = new[] { ("API", api), ("worker", worker), ("embedded server", embedded) }
            .SelectMany(host => host.Item2.Resolved().Select(how => $"the {host.Item1} resolved a name by {how}"))
            .ToList();
        ChaosException.Unless(resolved.Count == 0, string.Join("; ", resolved));
        ChaosException.Unless(api.Called().Count > 0 && worker.Called().Count > 0 && embedded.Called().Count > 0, "the tracer saw no call at all");
        return new Finding($"3 hosts, {Watched.TotalMinutes:0} min", $"called nobody but the configured, resolved no name; {await world.AuditAsync(confirmed, cancellationToken)}");
    }

    private static Dictionary<string, string> Settings => ProductionSettings.Of("", "");

    private static bool IsConfigured(string address)
    {
        var split = address.LastIndexOf(':');
        return address[..split] is "127.0.0.1" or "::1" && Ports().Contains(int.Parse(address[(split + 1)..]));
    }

    private static IEnumerable<int> Ports()
    {
        var settings = Settings;
        foreach (var key in new[] { "RabbitMq__Uri", "Storage__S3__ServiceUrl", "Processor__Clamd__Address" }) yield return new Uri(settings[key]).Port;
        yield return new Npgsql.NpgsqlConnectionStringBuilder(settings["ConnectionStrings__Assets"]).Port;
    }
}
