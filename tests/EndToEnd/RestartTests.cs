namespace Pipeline.EndToEnd;

/// <summary>Each test has its own server, because it kills the server.</summary>
public sealed class RestartTests
{
    private const int Photos = 6;

    [Fact]
    public async Task What_was_in_work_when_the_process_was_killed_is_finished_after_a_restart_each_variant_once()
    {
        await using var server = await Server.StartAsync();
        using var alice = await server.PersonAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < Photos; i++) ids.Add(await alice.UploadAsync(CameraPhoto.Bytes));
        await Eventually.True(async () => await CountAsync(alice, "processing") > 0, "a photo is in work");
        await server.KillAsync();

        await server.StartAgainAsync();
        foreach (var id in ids)
        {
            var asset = await alice.TerminalAsync(id);
            asset.Text("status").ShouldBe("ready");
            var keys = asset.Json["variants"]!.AsArray().Select(v => v!["key"]!.GetValue<string>()).ToList();
            keys.Distinct().Count().ShouldBe(8);
            server.Published(id).Count.ShouldBe(8);
            (await alice.TimelineKindsAsync(id)).Count(kind => kind == "ready").ShouldBe(1);
        }

        var work = Directory.EnumerateFileSystemEntries(Path.Combine(server.DataFolder, "work")).ToList();
        work.Count.ShouldBe(1, "only the living process has a work folder");
    }

    [Fact]
    public async Task A_polite_stop_ends_well_and_nothing_is_lost()
    {
        await using var server = await Server.StartAsync();
        using var alice = await server.PersonAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < Photos; i++) ids.Add(await alice.UploadAsync(CameraPhoto.Bytes));
        await Eventually.True(async () => await CountAsync(alice, "processing") > 0, "a photo is in work");
        (await server.StopAsync()).ShouldBe(0);
        Directory.EnumerateFileSystemEntries(Path.Combine(server.DataFolder, "work")).ShouldBeEmpty();

        await server.StartAgainAsync();
        foreach (var id in ids)
        {
            (await alice.TerminalAsync(id)).Text("status").ShouldBe("ready");
            (await alice.TimelineKindsAsync(id)).ShouldNotContain("attempt_failed", "what was running could finish, and the rest had not begun");
        }
    }

    [Fact]
    public async Task A_scanner_that_is_away_delays_and_never_lets_anything_pass()
    {
        await using var server = await Server.StartAsync(
            ("Processor__Clamd__Address", "tcp://127.0.0.1:9"), ("Dispatch__RetryMinSeconds", "1"), ("Dispatch__MaxAttempts", "2"), ("Dispatch__SweepSeconds", "1"));
        using var alice = await server.PersonAsync();
        var asset = await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes));
        asset.Text("status").ShouldBe("failed");
        asset.Json["failure"]!["code"]!.GetValue<string>().ShouldBe("scanner_unavailable");
        asset.Json["failure"]!["attempts"]!.GetValue<int>().ShouldBe(2);
        server.Published(asset.Id).ShouldBeEmpty();

        // The service is at fault, so the file is kept and can be processed later.
        (await alice.PostAsync($"/api/assets/{asset.Id}/reprocess")).Status.ShouldBe(202);
    }

    [Fact]
    public async Task Without_a_clamd_the_development_scanner_is_said_loudly_and_in_the_timeline()
    {
        await using var server = await Server.StartAsync(("Scanner__Kind", "auto"), ("Processor__Clamd__Address", "tcp://127.0.0.1:9"));
        server.Log.ShouldContain("NO VIRUS SCANNER");
        using var alice = await server.PersonAsync();
        var id = (await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes))).Id;
        (await alice.GetAsync($"/api/assets/{id}/timeline")).Body.ShouldContain("development scanner");
    }

    [Fact]
    public async Task Tokens_and_signed_urls_never_reach_the_log_or_the_database()
    {
        await using var server = await Server.StartAsync(("Logging__LogLevel__Default", "Debug"));
        using var alice = await server.PersonAsync();
        var presigned = await alice.PresignAsync("holiday-in-berlin.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        await Person.PutAsync(presigned, [1]);
        await Person.PutAsync(presigned, CameraPhoto.Bytes);
        await alice.ConfirmAsync(presigned.Id);
        await alice.TerminalAsync(presigned.Id);
        (await server.StopAsync()).ShouldBe(0);

        var secrets = new[] { alice.Token.Split('.')[2], new Uri(presigned.Text("uploadUrl")).Query, "holiday-in-berlin" };
        foreach (var secret in secrets) server.Log.ShouldNotContain(secret);
        foreach (var file in Directory.EnumerateFiles(server.DataFolder, "assets.db*"))
            Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)).ShouldNotContain(secrets[0], customMessage: file);
    }

    private static async Task<int> CountAsync(Person person, string status) =>
        (await person.GetAsync($"/api/assets?status={status}")).Json["items"]!.AsArray().Count;
}
