using System.Text;
using Pipeline.TestKit;
using StandardWebhooks;

namespace Pipeline.Cli.Tests;

/// <summary><c>pipeline listen</c> against the API and the developer's program.</summary>
public sealed class ListenTests : IAsyncLifetime
{
    private readonly CliRun _run = new() { RealTime = true };
    private readonly WebhookReceiver _receiver = new();
    private CancellationTokenSource? _stopping;
    private ScriptedApi _api = null!;

    public async Task InitializeAsync()
    {
        _api = await ScriptedApi.StartAsync();
        await _receiver.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _api.DisposeAsync();
        _run.Dispose();
        _stopping?.Dispose();
    }

    [Fact]
    public async Task Forwarded_events_verify_by_standard_webhooks_and_a_changed_byte_does_not()
    {
        var listening = await ListenAsync();
        var ids = new[] { Add("asset.queued"), Add("asset.ready", new { id = "a", filename = "日本 \"x\"/\\.jpg" }) };
        await GotAsync(2);
        (await StopAsync(listening)).ShouldBe(ExitCode.Done);

        var webhook = new StandardWebhook(Secret());
        _receiver.Got.Select(one => one.Id).ShouldBe(ids);
        foreach (var request in _receiver.Got)
        {
            var body = Encoding.UTF8.GetString(request.Body);
            body.ShouldBe(_api.Events.Json(request.Id));
            request.ContentType.ShouldBe("application/json");
            webhook.Verify(body, request.Headers);
            Should.Throw<Exception>(() => webhook.Verify(body.Replace("asset", "asses", StringComparison.Ordinal), request.Headers));
        }
    }

    [Fact]
    public async Task The_url_is_used_with_its_whole_query_and_shown_without_it()
    {
        var listening = await ListenAsync("http://localhost:{0}/hooks/in%20box?key=a%2Fb&key=%26&flag&x=ü+y");
        Add("asset.ready");
        await GotAsync(1);
        await StopAsync(listening);

        _receiver.Got[0].Line.ShouldBe("POST /hooks/in%20box?key=a%2Fb&key=%26&flag&x=%C3%BC+y");
        (_run.Out + _run.Error).ShouldNotContain("key=");
    }

    [Fact]
    public async Task Each_event_is_a_line_with_its_type_its_id_and_the_status_of_the_answer()
    {
        _receiver.Answer = request => _api.Events.Ids[0] == request.Id ? 204 : 500;
        var listening = await ListenAsync();
        var (first, second) = (Add("asset.queued"), Add("asset.ready"));
        await GotAsync(2);
        await StopAsync(listening);

        var lines = _run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldMatch($@"^\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\dZ  asset\.queued  {first}  204  \d+ ms$");
        lines[1].ShouldMatch($@"  asset\.ready  {second}  500  \d+ ms$");
        _receiver.Got.Count.ShouldBe(2, "an answer of any status is final");
    }

    [Fact]
    public async Task With_json_each_event_is_one_document_on_one_line()
    {
        var listening = await ListenAsync(arguments: "--json");
        var id = Add("asset.ready");
        await GotAsync(1);
        await StopAsync(listening);

        _run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
        _run.Document.GetProperty("event").GetProperty("id").GetString().ShouldBe(id);
        _run.Document.GetProperty("status").GetInt32().ShouldBe(200);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _receiver.Answer = _ => 307;
        var listening = await ListenAsync();
        Add("asset.ready");
        await GotAsync(1);
        Add("asset.deleted");
        await GotAsync(2);
        await StopAsync(listening);

        _receiver.Got.Select(one => one.Line).ShouldBe(["POST /hooks", "POST /hooks"]);
        _run.Out.ShouldContain("  307  ");
    }

    [Fact]
    public async Task Events_before_the_start_are_not_forwarded_unless_a_cursor_names_them()
    {
        var (first, second) = (Add("asset.queued"), Add("asset.processing"));
        var listening = await ListenAsync();
        var third = Add("asset.ready");
        await GotAsync(1);
        await StopAsync(listening);
        _receiver.Got.Select(one => one.Id).ShouldBe([third]);

        listening = ListenNowAsync("--after", first);
        await GotAsync(3);
        await StopAsync(listening);
        _receiver.Got.Skip(1).Select(one => one.Id).ShouldBe([second, third]);
    }

    [Fact]
    public async Task Only_the_named_types_are_forwarded()
    {
        var listening = await ListenAsync(arguments: ["--events", "asset.ready,batch.completed", "--events", "asset.deleted"]);
        var wanted = new[] { "asset.queued", "asset.ready", "asset.failed", "asset.deleted", "batch.completed" }.Select(type => (Type: type, Id: Add(type))).ToList();
        await GotAsync(3);
        await StopAsync(listening);

        _receiver.Got.Select(one => one.Id).ShouldBe([wanted[1].Id, wanted[3].Id, wanted[4].Id]);
    }

    [Fact]
    public async Task A_server_that_is_away_loses_no_event_and_repeats_none()
    {
        await using var proxy = new FaultProxy("localhost", _api.Address.Port);
        _run.Variables["PIPELINE_SERVER"] = $"http://localhost:{proxy.Port}";
        var listening = await ListenAsync();
        var ids = new List<string>();
        for (var round = 1; round <= 3; round++)
        {
            ids.AddRange([Add("asset.queued"), Add("asset.processing")]);
            await GotAsync(ids.Count);

            proxy.Mode = ProxyMode.Reset;
            var before = proxy.Connections;
            ids.AddRange([Add("asset.ready"), Add("asset.queued"), Add("asset.processing"), Add("asset.ready")]);
            await Eventually.True(() => proxy.Connections > before + 10, "it keeps trying");
            proxy.Mode = ProxyMode.Pass;
            await GotAsync(ids.Count);
        }

        (await StopAsync(listening)).ShouldBe(ExitCode.Done);
        _receiver.Got.Select(one => one.Id).ShouldBe(ids);
        _run.ErrorLines.Count(line => line.Contains("trying until the server is back", StringComparison.Ordinal)).ShouldBe(3);
        _run.ErrorLines.Count(line => line == "pipeline: the server is back").ShouldBe(3);
    }

    [Fact]
    public async Task A_program_that_is_not_started_yet_gets_every_event_once_it_is()
    {
        await using var late = new WebhookReceiver();
        var listening = await ListenAsync($"http://localhost:{late.Port}/");
        var ids = new[] { Add("asset.queued"), Add("asset.ready") };
        await Eventually.True(() => _run.Waits.Count > 5, "the connection was refused several times");
        await late.StartAsync();
        await Eventually.True(() => late.Got.Count == 2, "both arrive");
        await StopAsync(listening);

        late.Got.Select(one => one.Id).ShouldBe(ids);
        _run.Error.ShouldContain($"pipeline: asset.queued {ids[0]}: connection refused, trying again in 1 s");
    }

    [Fact]
    public async Task A_program_that_breaks_on_an_event_does_not_keep_the_next_ones_back()
    {
        _receiver.Answer = request => request.Id == _api.Events.Ids[0] ? 0 : 200;
        var listening = await ListenAsync();
        var (first, second) = (Add("asset.queued"), Add("asset.ready"));
        await Eventually.True(() => _receiver.Got.Any(one => one.Id == second), "the next event arrives");
        await StopAsync(listening);

        _receiver.Got.Count(one => one.Id == first).ShouldBe(3);
        _run.Out.ShouldMatch($"{first}  the connection broke  ");
    }

    [Fact]
    public async Task Resumed_it_continues_after_the_last_event_that_was_forwarded_with_the_same_secret()
    {
        var listening = await ListenAsync();
        var ids = new List<string> { Add("asset.queued"), Add("asset.processing") };
        await GotAsync(2);
        await StopAsync(listening);
        var secret = Secret();
        ids.AddRange([Add("asset.ready"), Add("batch.completed")]);

        listening = ListenNowAsync("--resume");
        await GotAsync(4);
        await StopAsync(listening);

        _receiver.Got.Select(one => one.Id).ShouldBe(ids);
        Secret().ShouldBe(secret);
        Directory.GetFiles(Path.Combine(_run.Folder, ".config/pipeline")).ShouldAllBe(file => File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task The_secret_may_come_from_a_file()
    {
        var text = "whsec_" + Convert.ToBase64String(Encoding.UTF8.GetBytes("a secret of twenty-four b"));
        var listening = await ListenAsync(arguments: ["--secret-file", _run.File("secret", Encoding.UTF8.GetBytes(text + "\n"))]);
        Add("asset.ready");
        await GotAsync(1);
        await StopAsync(listening);

        new StandardWebhook(text).Verify(Encoding.UTF8.GetString(_receiver.Got[0].Body), _receiver.Got[0].Headers);
    }

    [Fact]
    public async Task A_cursor_that_the_server_forgot_ends_the_command_with_the_servers_words()
    {
        (await _run.AgainstAsync(_api, "listen", "--forward-to", Url(), "--after", "evt_00000000000000000000000000000000_1")).ShouldBe(ExitCode.Refused);

        _run.ErrorLines[^1].ShouldBe("pipeline: The cursor is too old. (cursor_expired)");
    }

    [Theory]
    [InlineData("'asset.nice' is not a type of events", "--forward-to", "http://localhost:1", "--events", "asset.ready,asset.nice")]
    [InlineData("--forward-to must be an http or https URL", "--forward-to", "localhost:3000/x")]
    [InlineData("--forward-to must be an http or https URL", "--forward-to", "http://me:secret@localhost")]
    [InlineData("Give --after or --resume", "--forward-to", "http://localhost:1", "--after", "evt_1", "--resume")]
    [InlineData("--forward-to", "--resume")]
    public async Task Wrong_use_is_told_before_anything_is_asked(string told, params string[] arguments)
    {
        (await _run.AgainstAsync(_api, ["listen", .. arguments])).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldContain(told);
        _api.Requests.ShouldBeEmpty();
    }

    private string Url() => $"http://localhost:{_receiver.Port}/hooks";

    private string Add(string type, object? data = null) => _api.Events.Add(type, data ?? new { id = "0190a5b2-7c3e-7000-8000-0123456789ab" });

    private string Secret() => _run.ErrorLines.Last(line => line.Contains("signing secret", StringComparison.Ordinal)).Split(' ')[^1];

    private Task<int> ListenNowAsync(params string[] arguments) => RunAsync(["--forward-to", Url(), .. arguments]);

    /// <summary>Starts to listen and returns once new events are heard.</summary>
    private async Task<Task<int>> ListenAsync(string? url = null, params string[] arguments)
    {
        var before = _api.Count("GET /api/events");
        var listening = RunAsync(["--forward-to", string.Format(System.Globalization.CultureInfo.InvariantCulture, url ?? Url(), _receiver.Port), .. arguments]);
        await Eventually.True(() => listening.IsCompleted || _api.Count("GET /api/events") >= before + 2, "it has asked for the newest cursor and waits for events");
        return listening;
    }

    private Task<int> RunAsync(string[] arguments)
    {
        _run.Variables.TryAdd("PIPELINE_SERVER", _api.Address.ToString());
        _stopping = new CancellationTokenSource();
        return _run.RunAsync(_stopping.Token, ["listen", .. arguments]);
    }

    private async Task<int> StopAsync(Task<int> listening)
    {
        await _stopping!.CancelAsync();
        return await listening.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private Task GotAsync(int count) => Eventually.True(() => _receiver.Got.Count >= count, $"{count} events are forwarded");
}
