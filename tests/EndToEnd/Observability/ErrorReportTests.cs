using Microsoft.Data.Sqlite;
using Pipeline.EndToEnd.Hostile;

namespace Pipeline.EndToEnd.Observability;

/// <summary>A server that reports its errors, and the receiver.</summary>
public sealed class ReportingServer : IAsyncLifetime
{
    private ErrorReceiver? _receiver;
    private Server? _server;

    public ErrorReceiver Receiver => _receiver ?? throw new InvalidOperationException("Not started.");

    public Server Server => _server ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync()
    {
        _receiver = await ErrorReceiver.StartAsync();
        _server = await Server.StartAsync(("SENTRY_DSN", _receiver.Dsn));
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        if (_receiver is not null) await _receiver.DisposeAsync();
    }
}

/// <summary>The whole hostile run against a server that reports its errors: no report carries anything of the requests.</summary>
public sealed class HostileRequestsToAReportingServerTests(ReportingServer reporting) : HostileRequests, IClassFixture<ReportingServer>, IAsyncLifetime
{
    protected override Uri Address => reporting.Server.Address;

    protected override string Secret => File.ReadAllText(Path.Combine(reporting.Server.DataFolder, "jwt-secret")).Trim();

    protected override string Log => reporting.Server.Log;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        ErrorReportTests.CarriesNothing(reporting.Receiver, Secret, reporting.Server.DataFolder);
        return Task.CompletedTask;
    }
}

/// <summary>What unexpected exceptions of a running server report.</summary>
public sealed class ErrorReportTests
{
    private static readonly int[] Any = [.. Enumerable.Range(200, 400)];

    [Fact]
    public async Task Hostile_requests_to_a_server_whose_tables_are_gone_report_each_failure_without_a_word_of_theirs()
    {
        await using var receiver = await ErrorReceiver.StartAsync();
        await using var server = await Server.StartAsync(("SENTRY_DSN", receiver.Dsn));
        using var alice = await server.PersonAsync();
        var presigned = await alice.PresignAsync("geheim-portrait.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        Rename(server.DataFolder);

        using var http = new HttpClient { BaseAddress = server.Address };
        var probe = new Probe(http);
        foreach (var operation in (await ApiSurface.OfAsync(http)).Operations)
        {
            var query = string.Join('&', operation.QueryParameters.Select(name => $"{name}=geheim-{name}"));
            await probe.SendAsync(operation.ToString(), Probe.Request(operation.Method, operation.At(presigned.Id.ToString()), alice.Token, operation.Body(presigned.Id) is { } body ? Probe.Json(body.ToJsonString()) : null), Any);
            await probe.SendAsync($"{operation} with a query", Probe.Request(operation.Method, $"{operation.At("geheim-portrait.jpg")}?{query}", alice.Token, Probe.Json("""{"originalFilename": "geheim-portrait.jpg"}""")), Any);
        }

        await Eventually.True(() => receiver.Events.Select(e => e["tags"]!["place"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count() > 5, "the failures are reported");
        await server.StopAsync();
        receiver.Events.ShouldContain(e => e["tags"]!["code"]!.GetValue<string>() == "internal_error" && e["tags"]!["trace_id"] != null && e["tags"]!["request_id"] != null);
        CarriesNothing(receiver, (await File.ReadAllTextAsync(Path.Combine(server.DataFolder, "jwt-secret"))).Trim(), server.DataFolder, alice.Token, "geheim", "portrait", "alice");
    }

    [Fact]
    public async Task Work_that_fails_reports_the_asset_with_its_type_size_and_trace()
    {
        await using var receiver = await ErrorReceiver.StartAsync();
        await using var server = await Server.StartAsync(("SENTRY_DSN", receiver.Dsn), ("Dispatch__MaxAttempts", "1"));
        using var alice = await server.PersonAsync();
        var presigned = await alice.PresignAsync("geheim-portrait.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);

        // Nobody may write below this folder now, so the freezing of the original fails.
        var originals = Path.Combine(server.DataFolder, "objects", "originals");
        if (Directory.Exists(originals)) Directory.Delete(originals, recursive: true);
        await File.WriteAllTextAsync(originals, "a file where a folder must be");
        await alice.ConfirmAsync(presigned.Id);

        await Eventually.True(() => receiver.Events.Any(e => e["tags"]!["asset_id"]?.GetValue<string>() == presigned.Id.ToString()), "the failure is reported");
        var report = receiver.Events.First(e => e["tags"]!["asset_id"]?.GetValue<string>() == presigned.Id.ToString());
        report["tags"]!["code"]!.GetValue<string>().ShouldBe("storage_unavailable");
        report["tags"]!["asset_type"]!.GetValue<string>().ShouldBe("image/jpeg");
        report["tags"]!["asset_size"]!.GetValue<string>().ShouldBe($"{PlainPhoto.Bytes.Length}");
        report["tags"]!["trace_id"]!.GetValue<string>().Length.ShouldBe(32);
        CarriesNothing(receiver, "geheim", server.DataFolder, alice.Token, "portrait", "alice");
    }

    [Fact]
    public async Task A_receiver_that_is_dead_changes_no_answer_and_delays_no_stop()
    {
        await using var server = await Server.StartAsync(("SENTRY_DSN", $"http://key@127.0.0.1:{FreePort.Take()}/1"));
        using var alice = await server.PersonAsync();
        Rename(server.DataFolder);

        for (var i = 0; i < 200; i++) (await alice.GetAsync("/api/assets")).Status.ShouldBe(500);

        Rename(server.DataFolder, "lost", "assets"); // a bus that stops gives its messages back to their rows
        (await server.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_wrong_address_stops_the_start_with_one_line_without_it()
    {
        var told = await Should.ThrowAsync<InvalidOperationException>(() => Server.StartAsync(("SENTRY_DSN", "https://sentry.example.com/geheim")));

        told.Message.Split('\n').Count(line => line.Contains("SENTRY_DSN", StringComparison.Ordinal)).ShouldBe(1);
        told.Message.ShouldNotContain("geheim");
    }

    internal static void CarriesNothing(ErrorReceiver receiver, params string[] secrets)
    {
        foreach (var envelope in receiver.Envelopes)
            foreach (var secret in secrets.Concat(["eyJ", "://", "uploads/", "assets/", "originals/", "private-name", "Bearer", ".jpg", Environment.MachineName]))
                envelope.ShouldNotContain(secret);
    }


    private static void Rename(string dataFolder, string from = "assets", string to = "lost")
    {
        using var database = new SqliteConnection($"Data Source={Path.Combine(dataFolder, "assets.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = $"ALTER TABLE {from} RENAME TO {to}";
        command.ExecuteNonQuery();
    }
}
