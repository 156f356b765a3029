using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Purging;
using Pipeline.Storage;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Purging;

/// <summary>The driver of Cloudflare and all that leads to it, against a server on loopback.</summary>
public sealed class CachePurgeTests : IAsyncLifetime
{
    private const string Token = "a-token-of-no-worth";
    private readonly string _zone = new('a', 32);
    private readonly Backroom _room = new();
    private Receiver? _cloudflare;
    private CloudflarePurge? _driver;

    private Receiver Cloudflare => _cloudflare!;

    public async Task InitializeAsync()
    {
        _cloudflare = await Receiver.StartAsync();
        _driver = new CloudflarePurge(new CloudflareOptions { ZoneId = _zone, ApiToken = Token, BaseAddress = new Uri(new Uri(_cloudflare.Url), "/client/v4/") });
        _room.Cache = _driver;
        Succeed();
    }

    public async Task DisposeAsync()
    {
        _driver?.Dispose();
        if (_cloudflare is not null) await _cloudflare.DisposeAsync();
        _room.Dispose();
    }

    [Fact]
    public async Task What_a_deletion_takes_from_the_public_area_is_purged_by_its_URL()
    {
        var asset = await AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));
        await _room.TidyAsync();
        Cloudflare.All.ShouldBeEmpty("the deletion does not wait for the cache");

        await _room.PurgeAsync();

        var request = Cloudflare.All.ShouldHaveSingleItem();
        request.Path.ShouldBe($"/client/v4/zones/{_zone}/purge_cache");
        request.Headers["Authorization"].ShouldBe($"Bearer {Token}");
        Files(request).ShouldBe(asset.Publication!.Variants.Select(v => $"http://localhost/public/{v.Key}"), ignoreOrder: true);
        (await PendingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_becomes_private_or_is_replaced_is_purged_and_what_was_never_public_is_not()
    {
        var asset = await AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Private, _room.Now));
        await _room.TidyAsync();
        await _room.PurgeAsync();
        Files(Cloudflare.All.ShouldHaveSingleItem()).ShouldBe(asset.Publication!.Variants.Select(v => $"http://localhost/public/{v.Key}"), ignoreOrder: true);

        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));
        await _room.TidyAsync();
        await _room.PurgeAsync();
        Cloudflare.All.Count.ShouldBe(1, "the private objects are in no cache");

        _room.Cleanup.KeepSupersededSeconds = 0;
        var other = await AddReadyAsync();
        await _room.ChangeAsync(other.Id, a => a.Reprocess(_room.Now));
        await _room.ChangeAsync(other.Id, a => a.MarkReady(Some.Ready(a, "recipe2"), _room.Now));
        await _room.TidyAsync();
        await _room.PurgeAsync();
        Files(Cloudflare.All[1]).ShouldBe(other.Publication!.Variants.Select(v => $"http://localhost/public/{v.Key}"), ignoreOrder: true);
    }

    [Fact]
    public async Task One_request_names_thirty_URLs()
    {
        await RequestAsync([.. Enumerable.Range(0, 70).Select(i => $"assets/0e/x/r/w{i}.jpg")]);

        await _room.PurgeAsync();

        Cloudflare.All.Select(r => Files(r).Count).ShouldBe([30, 30, 10]);
        Cloudflare.All.SelectMany(Files).Distinct().Count().ShouldBe(70);
    }

    [Theory]
    [InlineData(500, "{}")]
    [InlineData(403, """{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}""")]
    [InlineData(200, """{"success":false,"errors":[{"code":1012}]}""")]
    [InlineData(200, "no JSON")]
    [InlineData(200, "[]")]
    [InlineData(302, "")]
    [InlineData(429, "{}")]
    public async Task A_purge_that_is_refused_is_tried_again_later_and_until_it_succeeds(int status, string body)
    {
        await RequestAsync(["assets/0e/x/r/w1.jpg"]);
        Cloudflare.Answer = async (_, http) =>
        {
            http.Response.StatusCode = status;
            if (status == 302) http.Response.Headers.Location = $"{new Uri(Cloudflare.Url).GetLeftPart(UriPartial.Authority)}/elsewhere";
            await http.Response.WriteAsync(body);
        };

        await _room.PurgeAsync();
        await _room.PurgeAsync();
        Cloudflare.All.Count.ShouldBe(1, "it waits before it tries again, and follows no redirect");

        _room.Time.Advance(TimeSpan.FromMinutes(1));
        Succeed();
        await _room.PurgeAsync();

        Cloudflare.All.Count.ShouldBe(2);
        (await PendingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cache_that_asks_to_wait_is_left_alone_as_long_as_it_asks()
    {
        await RequestAsync(["assets/0e/x/r/w1.jpg"]);
        Cloudflare.Answer = (_, http) =>
        {
            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = "600";
            return Task.CompletedTask;
        };
        await _room.PurgeAsync();

        (await PendingAsync()).ShouldHaveSingleItem().DueAt.ShouldBe(_room.Now + TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_cache_that_does_not_answer_keeps_no_deletion_waiting_and_an_old_purge_is_given_up()
    {
        await Cloudflare.DisposeAsync();
        var asset = await AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));
        await _room.TidyAsync();
        (await _room.KeysAsync()).ShouldBeEmpty();

        await _room.PurgeAsync();
        (await PendingAsync()).Count.ShouldBe(2);

        _room.Time.Advance(TimeSpan.FromDays(8));
        await _room.PurgeAsync();
        (await PendingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_crash_between_deletion_and_purge_loses_no_purge()
    {
        var asset = await AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now));
        await _room.TidyAsync(new InterruptedStore(_room.Store, call => call.EndsWith(".webp", StringComparison.Ordinal) ? throw new IOException("It crashed.") : Task.CompletedTask));

        (await PendingAsync()).Count.ShouldBe(2, "both stood in the table before the first deletion");
        _room.Time.Advance(TimeSpan.FromMinutes(15));
        await _room.TidyAsync();
        await _room.PurgeAsync();

        Cloudflare.All.SelectMany(Files).Distinct().Count().ShouldBe(2);
        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_purge_that_is_requested_again_while_it_runs_is_done_again()
    {
        await RequestAsync(["assets/0e/x/r/w1.jpg"]);
        var isFirst = true;
        Cloudflare.Answer = async (_, http) =>
        {
            if (isFirst) await RequestAsync(["assets/0e/x/r/w1.jpg"]);
            isFirst = false;
            await http.Response.WriteAsync("""{"success":true}""");
        };

        await _room.PurgeAsync();

        Cloudflare.All.Count.ShouldBe(2);
        (await PendingAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_instances_share_the_purges()
    {
        var postgres = new OwnPostgres();
        try
        {
            await using (var db = postgres.Open()) await db.Database.MigrateAsync();
            await using (var db = postgres.Open())
            {
                db.Purges.AddRange(Enumerable.Range(0, 300).Select(i => new PendingPurge { Key = $"assets/0e/x/r/w{i}.jpg", DueAt = _room.Now, CreatedAt = _room.Now }));
                await db.SaveChangesAsync();
            }

            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                await using var db = new Pipeline.Assets.Postgres.PostgresAssetDbContext(new DbContextOptionsBuilder<Pipeline.Assets.Postgres.PostgresAssetDbContext>()
                    .UseNpgsql(postgres.Connection).AddInterceptors(new Pipeline.Assets.Postgres.SkipLocked()).Options);
                await new CachePurgeSweep(db, _room.Areas(), _driver!, _room.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<CachePurgeSweep>.Instance).RunAsync(default);
            })));

            Cloudflare.All.SelectMany(Files).Count().ShouldBe(300);
            Cloudflare.All.SelectMany(Files).Distinct().Count().ShouldBe(300);
            await using var after = postgres.Open();
            (await after.Purges.CountAsync()).ShouldBe(0);
        }
        finally
        {
            await postgres.DropAsync();
        }
    }

    [Fact]
    public async Task No_log_holds_the_token_or_what_the_cache_says()
    {
        var log = new Lines();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        await RequestAsync(["assets/0e/x/r/w1.jpg"]);
        Cloudflare.Answer = async (request, http) =>
        {
            http.Response.StatusCode = 403;
            await http.Response.WriteAsync($$"""{"success":false,"errors":[{"code":10000,"message":"{{request.Headers["Authorization"]}}"}]}""");
        };
        await using (var db = _room.Open()) await new CachePurgeSweep(db, _room.Areas(), _driver!, _room.Time, logging.CreateLogger<CachePurgeSweep>()).RunAsync(default);

        log.All.ShouldHaveSingleItem().ShouldContain("HTTP 403, code 10000");
        log.All[0].ShouldNotContain(Token);
    }

    [Theory]
    [InlineData("ZoneId", "no zone", "must be the 32 hex digits of a zone")]
    [InlineData("ApiToken", "with space", "has characters that no token has")]
    [InlineData("ApiToken", "", "are needed both")]
    [InlineData("BaseAddress", "http://example.com/", "must be an https URL")]
    [InlineData("BaseAddress", "https://user:secret@example.com/", "must be an https URL")]
    public void Wrong_settings_end_the_start_and_are_told_without_secrets(string key, string value, string why)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Purge:Cloudflare:ZoneId"] = _zone, ["Purge:Cloudflare:ApiToken"] = Token };
        settings[$"Purge:Cloudflare:{key}"] = value.Length == 0 ? null : value;
        using var services = new ServiceCollection().AddPurging(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).BuildServiceProvider();

        var fault = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<PurgeOptions>>().Value);

        fault.Message.ShouldContain(why);
        fault.Message.ShouldNotContain(Token);
        fault.Message.ShouldNotContain("secret@");
    }

    private void Succeed() => Cloudflare.Answer = (_, http) => http.Response.WriteAsync("""{"success":true,"errors":[],"result":{"id":"x"}}""");

    private async Task<Asset> AddReadyAsync()
    {
        var asset = await _room.AddReadyAsync();
        await _room.PutAsync([asset.Publication!.Original.Key, .. asset.Publication.Variants.Select(v => v.Key)]);
        return asset;
    }

    private async Task RequestAsync(IReadOnlyList<string> keys)
    {
        await using var db = _room.Open();
        await new PublicObjects(db, _room.Areas(), _room.Cache, new Pipeline.Assets.Jobs.SweepSignal<CachePurgeSweep>(), _room.Time).DeleteAsync([.. keys.Select(ObjectKey.Parse)], default);
    }

    private async Task<List<PendingPurge>> PendingAsync()
    {
        await using var db = _room.Open();
        return await db.Purges.AsNoTracking().ToListAsync();
    }

    private static List<string> Files(Received request) => [.. request.Json["files"]!.AsArray().Select((JsonNode? file) => file!.ToString())];

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Add($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
