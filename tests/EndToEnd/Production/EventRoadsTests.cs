using System.Diagnostics;
using Npgsql;
using Xunit.Abstractions;

namespace Pipeline.EndToEnd.Production;

/// <summary>Two instances of the API, of which one is killed: no road loses an event.</summary>
public sealed class EventRoadsTests(ITestOutputHelper output)
{
    private const int Assets = 24;

    [Fact]
    public async Task No_road_loses_an_event_when_an_api_is_killed_and_the_connection_for_notifications_is_cut()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await using var bus = await BusListener.OpenAsync(servers.Broker);
        await using var receiver = await Receiver.StartAsync();
        await using var laptop = await Receiver.StartAsync();
        (string, string)[] settings = [("Webhooks__AllowNetworks__0", "127.0.0.0/8")];
        var killed = await servers.StartApiAsync(settings);
        var other = await servers.StartApiAsync(settings);
        using var alice = servers.Person("alice", other);
        (await alice.PostAsync("/api/webhooks", new { url = receiver.Url })).Status.ShouldBe(201);
        await using var stream = new StreamReader(alice.Token, killed.Address, other.Address);
        await using var listener = new Listener(killed.Address, alice.Token, laptop.Url);
        await listener.BeginsAsync();
        await Eventually.True(() => stream.Connections == 1, "the stream is open");

        for (var i = 0; i < Assets; i++)
        {
            if (i == Assets / 4) await killed.KillAsync();
            if (i == Assets / 2) await CutNotificationsAsync(servers.Database);
            if (i == Assets * 3 / 4) await servers.StartApiAgainAsync(killed, settings);
            (await alice.DeleteAsync($"/api/assets/{await alice.UploadAsync(PlainPhoto.Bytes)}")).Status.ShouldBe(204);
        }

        var all = await AllAsync(alice);
        all.Count.ShouldBe(Assets * 2);
        await Eventually.True(() => stream.Ids.Count >= all.Count, "the stream tells of all events");
        stream.Ids.ShouldBe(all);
        stream.Connections.ShouldBeGreaterThan(1);
        output.WriteLine($"{stream.Connections} streams; the latest event came after {stream.Latest.TotalMilliseconds:0} ms");

        await Eventually.True(() => laptop.All.Count >= all.Count, "the listener forwards all events");
        laptop.All.Select(r => r.Id).ShouldBe(all);

        // At least once: an event whose sender was killed comes again.
        await Eventually.True(() => receiver.All.Select(r => r.Id).Distinct().Count() == all.Count, "the webhook gets all events", TimeSpan.FromMinutes(4));
        receiver.All.Select(r => r.Id).Distinct().Order().ShouldBe(all.Order());
        var heard = await bus.TakeAsync(all.Count);
        heard.Select(e => e.Properties.MessageId).Distinct().ShouldBe(all);
    }

    private static async Task<IReadOnlyList<string>> AllAsync(Person person)
    {
        var ids = new List<string>();
        for (string? cursor = "", next = null; cursor is not null; cursor = next is null ? null : $"&after={next}")
        {
            var page = (await person.GetAsync($"/api/events?limit=100{cursor}")).Json;
            var events = page["events"]!.AsArray();
            ids.AddRange(events.Select(e => e!["id"]!.ToString()));
            next = events.Count > 0 ? page["nextCursor"]?.ToString() : null;
        }

        return ids;
    }

    private static async Task CutNotificationsAsync(OwnDatabase database)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'", connection);
        ((long)(await command.ExecuteScalarAsync())!).ShouldBeGreaterThan(0, "an instance listens");
    }

    /// <summary><c>pipeline listen</c>, as a developer runs it.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly TaskCompletionSource _begins = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Process _process;

        public Listener(Uri server, string token, string target)
        {
            var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pipeline.dll"), "listen", "--forward-to", target])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            (start.Environment["PIPELINE_SERVER"], start.Environment["PIPELINE_TOKEN"], start.Environment["XDG_CONFIG_HOME"]) = (server.AbsoluteUri, token, _folder.Path);
            _process = Process.Start(start)!;
            _process.OutputDataReceived += (_, _) => { };
            _process.ErrorDataReceived += (_, line) =>
            {
                // Its last line before it waits for events.
                if (line.Data?.Contains("signing secret", StringComparison.Ordinal) == true) _begins.TrySetResult();
            };
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public Task BeginsAsync() => _begins.Task.WaitAsync(TimeSpan.FromMinutes(2));

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            _folder.Dispose();
        }
    }
}
