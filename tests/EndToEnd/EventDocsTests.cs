using System.Diagnostics;

namespace Pipeline.EndToEnd;

/// <summary>Each program of docs/events.md does what the page says, as a reader copies it.</summary>
public sealed class EventDocsTests : IAsyncLifetime
{
    private static readonly string[] Network = ["127.0.0.1/32"];

    private readonly TempFolder _folder = new();
    private Server _server = null!;
    private Person _person = null!;

    public async Task InitializeAsync()
    {
        await DocPrograms.WriteAsync("events.md", _folder);
        _server = await Server.StartAsync(("Webhooks__AllowNetworks__0", Network[0]));
        _person = await _server.PersonAsync();
    }

    public async Task DisposeAsync()
    {
        _person.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("wait.sh")]
    [InlineData("wait.mjs")]
    [InlineData("wait.cs")]
    public async Task A_program_that_waits_prints_the_ready_asset(string program)
    {
        var id = await _person.UploadAsync(PlainPhoto.Bytes);

        var output = await RunAsync(program, ("ASSET", $"{id}"));

        output.ShouldContain("ready");
        output.ShouldContain($"{id}");
    }

    [Theory]
    [InlineData("live.sh")]
    [InlineData("live.mjs")]
    [InlineData("live.cs")]
    public async Task A_live_program_prints_each_status_and_ends(string program)
    {
        var presigned = await _person.PresignAsync("photo.jpg", "image/jpeg", PlainPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        using var running = Start(program, ("ASSET", $"{presigned.Id}"));
        var lines = new List<string>();
        while (await LineAsync(running) is { } line)
        {
            // The state before the confirm comes first, so nothing is missed afterwards.
            if (lines.Count == 0 || !lines.Exists(l => l.Contains("asset.pending", StringComparison.Ordinal)))
                if (line.Contains("asset.pending", StringComparison.Ordinal)) (await _person.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
            lines.Add(line);
        }

        await running.WaitForExitAsync();
        running.ExitCode.ShouldBe(0);
        var output = string.Join('\n', lines);
        foreach (var type in (string[])["asset.pending", "asset.queued", "asset.processing", "asset.ready"]) output.ShouldContain(type);
    }

    [Theory]
    [InlineData("webhook.mjs")]
    [InlineData("webhook.cs")]
    public async Task A_webhook_of_the_page_accepts_what_is_signed_and_nothing_else(string program)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort.Take()}/");
        var created = JsonNode.Parse(await RunAsync("webhook.sh", ("URL", url.AbsoluteUri)))!;
        using var receiver = Start(program, ("SECRET", created["secret"]!.ToString()), ("PORT", $"{url.Port}"));
        try
        {
            using var http = new HttpClient();
            await Eventually.True(async () => await StatusAsync(http, url) == 400, "the receiver runs, and refuses what is not signed");

            var id = await _person.UploadAsync(PlainPhoto.Bytes);

            string line;
            do line = await LineAsync(receiver) ?? throw new InvalidOperationException("The receiver has ended.");
            while (!line.StartsWith("asset.", StringComparison.Ordinal));
            line.ShouldStartWith($"asset.ready evt_{id:N}_");
            await Eventually.True(
                async () => (await _person.GetAsync($"/api/webhooks/{created["id"]}/deliveries")).Json["items"]!.AsArray() is [{ } only] && only["status"]!.ToString() == "delivered",
                "the server knows that it arrived");
        }
        finally
        {
            receiver.Kill(entireProcessTree: true);
            await receiver.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData("again.mjs")]
    [InlineData("again.cs")]
    public async Task A_program_that_keeps_its_cursor_goes_on_where_it_was(string program)
    {
        var first = await _person.UploadAsync(PlainPhoto.Bytes);
        (await PrintedAsync(program)).ShouldStartWith($"asset.ready evt_{first:N}_");
        var second = await _person.UploadAsync(PlainPhoto.Bytes);
        (await PrintedAsync(program)).ShouldStartWith($"asset.ready evt_{second:N}_");
    }

    [Fact]
    public async Task Past_events_are_listed_again()
    {
        var id = await _person.UploadAsync(PlainPhoto.Bytes);
        (await _person.TerminalAsync(id)).Text("status").ShouldBe("ready");

        await Eventually.True(
            async () => JsonNode.Parse(await RunAsync("again.sh"))!["events"]!.AsArray() is [{ } only] && only["data"]!["id"]!.ToString() == $"{id}", "the event is listed");
    }

    /// <summary>The first line; the program is killed once it has stored its cursor.</summary>
    private async Task<string> PrintedAsync(string program)
    {
        var before = File.Exists(_folder["cursor"]) ? await File.ReadAllTextAsync(_folder["cursor"]) : "";
        using var process = Start(program);
        var line = await LineAsync(process) ?? throw new InvalidOperationException("The program has ended.");
        await Eventually.True(() => File.Exists(_folder["cursor"]) && File.ReadAllText(_folder["cursor"]) is { Length: > 0 } now && now != before, "the cursor is stored");
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        return line;
    }

    private static async Task<int> StatusAsync(HttpClient http, Uri url)
    {
        try
        {
            return (int)(await http.PostAsync(url, new StringContent("{}"))).StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0; // not listening yet
        }
    }

    private static Task<string?> LineAsync(Process process) => RunningPrograms.LineAsync(process);

    private Task<string> RunAsync(string program, params (string Name, string Value)[] variables) => RunningPrograms.RunAsync(_folder, program, [.. Variables, .. variables]);

    private Process Start(string program, params (string Name, string Value)[] variables) => RunningPrograms.Start(_folder, program, [.. Variables, .. variables]);

    private (string Name, string Value)[] Variables => [("API", _server.Address.AbsoluteUri.TrimEnd('/')), ("TOKEN", _person.Token)];
}
