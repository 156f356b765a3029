using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Pipeline.Hosting;
using Pipeline.TestKit;
using ManualTime = Pipeline.Processor.Tests.Scanning.ManualTime;

namespace Pipeline.Processor.Tests.Hosting;

/// <summary>Anyone may request <c>/health/ready</c> at any rate; each request once queried the database, the store and clamd.</summary>
public sealed class ReadinessTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private readonly Dependency _dependency = new();
    private readonly HttpClient _http = new();
    private HealthCheckResult _bus = HealthCheckResult.Healthy();
    private WebApplication? _app;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddHealthChecks().AddCheck("dependency", _dependency).AddCheck("other", () => HealthCheckResult.Healthy())
            .AddCheck("bus", () => _bus, ["ready", "masstransit"]);
        builder.Services.AddHealthAction("dependency", "Start it.");
        _app = builder.Build();
        _app.MapHealth();
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async Task DisposeAsync()
    {
        _dependency.Answer.TrySetResult(HealthCheckResult.Healthy());
        _http.Dispose();
        await _app!.DisposeAsync();
    }

    [Fact]
    public async Task However_often_it_is_asked_a_dependency_gets_one_question_in_five_seconds()
    {
        _dependency.Answer.SetResult(HealthCheckResult.Healthy());
        for (var i = 0; i < 20; i++) (await AskAsync()).Status.ShouldBe(200);
        _dependency.Asked.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(4.9));
        await AskAsync();
        _dependency.Asked.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        await AskAsync();
        _dependency.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task Those_who_ask_in_parallel_share_one_question()
    {
        var all = Enumerable.Range(0, 50).Select(_ => AskAsync()).ToList();
        await Eventually.True(() => _dependency.Asked == 1, "the dependency is asked");
        _dependency.Answer.SetResult(HealthCheckResult.Healthy());

        (await Task.WhenAll(all)).ShouldAllBe(answer => answer.Status == 200);
        _dependency.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_dependency_that_hangs_is_unready_within_a_bound_and_is_not_asked_once_more_meanwhile()
    {
        _dependency.HeedsToken = false;
        for (var i = 0; i < 3; i++)
        {
            var asked = AskAsync();
            using var enough = new CancellationTokenSource();
            var moving = _time.AdvanceForEver(TimeSpan.FromSeconds(1), enough.Token);
            var answer = await asked;
            await enough.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => moving);

            answer.Status.ShouldBe(503);
            answer.Json["parts"]!["dependency"]!.GetValue<string>().ShouldBe("unhealthy");
            answer.Json["parts"]!["other"]!.GetValue<string>().ShouldBe("healthy");
            answer.Json["reasons"]!["dependency"]!.GetValue<string>().ShouldBe("no answer within 5 s");
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        _dependency.Asked.ShouldBe(1);
        _dependency.Answer.SetResult(HealthCheckResult.Healthy());
        await Eventually.True(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return (await AskAsync()).Status == 200;
            },
            "it has answered at last");
    }

    [Fact]
    public async Task A_bus_that_comes_up_is_told_at_once()
    {
        _dependency.Answer.SetResult(HealthCheckResult.Healthy());
        _bus = HealthCheckResult.Unhealthy();
        (await AskAsync()).Status.ShouldBe(503);

        _bus = HealthCheckResult.Healthy();
        (await AskAsync()).Status.ShouldBe(200);
        _dependency.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Strangers_read_no_address_and_no_secret_of_what_is_unready()
    {
        _dependency.Answer.SetException(new InvalidOperationException("amqp://pipeline:geheim@10.0.0.7/ refused"));
        var thrown = await AskAsync();
        thrown.Status.ShouldBe(503);
        thrown.Text.ShouldNotContain("10.0.0.7");
        thrown.Text.ShouldNotContain("geheim");

        _dependency.Answer = new TaskCompletionSource<HealthCheckResult>();
        _dependency.Answer.SetResult(HealthCheckResult.Unhealthy("No clamd at tcp://10.0.0.8:3310"));
        _time.Advance(TimeSpan.FromSeconds(5));
        var told = await AskAsync();
        told.Text.ShouldStartWith("""{"status":"unhealthy","parts":{"dependency":"unhealthy","other":"healthy","bus":"healthy"},"reasons":{},"failing":[{"part":"dependency",""");
        told.Text.ShouldNotContain("10.0.0.8");
    }

    [Fact]
    public async Task A_failing_part_has_the_time_when_it_began_its_reason_and_what_to_do()
    {
        _dependency.Answer.SetResult(HealthCheckResult.Healthy());
        (await AskAsync()).Json["failing"]!.AsArray().ShouldBeEmpty();
        _bus = HealthCheckResult.Unhealthy();
        _dependency.Answer = Ended(new HealthCheckResult(HealthStatus.Degraded, data: new Dictionary<string, object> { [Readiness.Reason] = "it is slow" }));
        _time.Advance(Readiness.Fresh);
        var before = TimeProvider.System.GetUtcNow();
        var first = await AskAsync();

        first.Json["failing"]!.AsArray().Select(f => f!["part"]!.GetValue<string>()).ShouldBe(["dependency", "bus"]);
        var dependency = first.Json["failing"]![0]!;
        var since = dependency["since"]!.GetValue<DateTimeOffset>();
        since.ShouldBeInRange(before, TimeProvider.System.GetUtcNow());
        dependency["status"]!.GetValue<string>().ShouldBe("degraded");
        dependency["reason"]!.GetValue<string>().ShouldBe("it is slow");
        dependency["action"]!.GetValue<string>().ShouldBe("Start it.");
        first.Json["failing"]![1]!["action"]!.GetValue<string>().ShouldBe("Read this host's log: it has the exact error.");

        _dependency.Answer = Ended(HealthCheckResult.Unhealthy());
        _time.Advance(Readiness.Fresh);
        var worse = (await AskAsync()).Json["failing"]![0]!;
        worse["status"]!.GetValue<string>().ShouldBe("unhealthy");
        worse["since"]!.GetValue<DateTimeOffset>().ShouldBe(since, "it has failed since then, though worse now");

        _dependency.Answer = Ended(HealthCheckResult.Healthy());
        _time.Advance(Readiness.Fresh);
        (await AskAsync()).Json["failing"]!.AsArray().Count.ShouldBe(1);
        _dependency.Answer = Ended(HealthCheckResult.Unhealthy());
        _time.Advance(Readiness.Fresh);
        (await AskAsync()).Json["failing"]![0]!["since"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThan(since, "it was healthy in between");
    }

    [Theory]
    [InlineData(HealthStatus.Healthy)]
    [InlineData(HealthStatus.Unhealthy)]
    public async Task Fifty_requests_a_second_reach_a_dependency_once_in_five_seconds_whether_it_works_or_not(HealthStatus status)
    {
        _dependency.Answer.SetResult(new HealthCheckResult(status));
        var at = new List<TimeSpan>();
        var (now, asked) = (TimeSpan.Zero, 0);
        for (var i = 0; i < 50 * 16; i++)
        {
            await AskAsync();
            if (_dependency.Asked > asked) at.Add(now);
            asked = _dependency.Asked;
            _time.Advance(TimeSpan.FromMilliseconds(20));
            now += TimeSpan.FromMilliseconds(20);
        }

        asked.ShouldBe(4, "at 0, 5, 10 and 15 s");
        at.Zip(at.Skip(1), (one, next) => next - one).ShouldAllBe(gap => gap >= TimeSpan.FromSeconds(5));
    }

    private static TaskCompletionSource<HealthCheckResult> Ended(HealthCheckResult result)
    {
        var answer = new TaskCompletionSource<HealthCheckResult>();
        answer.SetResult(result);
        return answer;
    }

    private async Task<(int Status, string Text, JsonNode Json)> AskAsync()
    {
        using var answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text, JsonNode.Parse(text)!);
    }

    private sealed class Dependency : IHealthCheck
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public bool HeedsToken { get; set; } = true;

        public TaskCompletionSource<HealthCheckResult> Answer { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _asked);
            return HeedsToken ? Answer.Task.WaitAsync(cancellationToken) : Answer.Task;
        }
    }
}
