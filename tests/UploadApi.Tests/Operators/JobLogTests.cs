using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Operators;

public sealed class JobLogTests : IDisposable
{
    private static readonly Caller Root = new(Caller.DefaultTenant, "root", new HashSet<string> { Role.Operator });
    private readonly Backroom _room = new();
    private readonly CountedSweep _sweep = new();
    private readonly ServiceProvider _services;

    public JobLogTests() => _services = new ServiceCollection().AddLogging().AddSingleton(_sweep).AddScoped<AssetDbContext>(_ => _room.Open()).BuildServiceProvider();

    public void Dispose()
    {
        _services.Dispose();
        _room.Dispose();
    }

    [Fact]
    public async Task A_pause_holds_in_every_instance_until_the_job_is_resumed()
    {
        using var one = Instance();
        using var other = Instance();
        await one.RunAsync(default);

        await WithControlAsync(control => control.PauseAsync(Job(), Root, "why not", default));
        await one.RunAsync(default);
        await other.RunAsync(default);
        _sweep.Runs.ShouldBe(1);

        using var restarted = Instance();
        await restarted.RunAsync(default);
        _sweep.Runs.ShouldBe(1);
        await WithControlAsync(control => control.ResumeAsync(Job(), Root, null, default));
        await other.RunAsync(default);
        _sweep.Runs.ShouldBe(2);
    }

    [Fact]
    public async Task Idle_runs_are_stored_once_a_minute_and_a_fault_at_once()
    {
        using var runner = Instance();
        await runner.RunAsync(default);
        var first = await StartedAtAsync();
        for (var i = 0; i < 10; i++)
        {
            _room.Time.Advance(TimeSpan.FromSeconds(5));
            await runner.RunAsync(default);
        }

        (await StartedAtAsync()).ShouldBe(first);
        _sweep.Fault = new InvalidOperationException("with a secret");
        _room.Time.Advance(TimeSpan.FromSeconds(5));
        await runner.RunAsync(default);

        var row = await RowAsync();
        (row.Fault, row.StartedAt).ShouldBe((nameof(InvalidOperationException), _room.Now));
        _sweep.Fault = null;
        _room.Time.Advance(TimeSpan.FromSeconds(61));
        await runner.RunAsync(default);
        (await RowAsync()).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task A_slow_instance_does_not_replace_the_later_run_of_another()
    {
        await using var db = _room.Open();
        var log = new JobLog(_room.Time, NullLogger<JobLog>.Instance);
        await log.EndAsync("J", _room.Now, 3, null, db, default);
        await new JobLog(_room.Time, NullLogger<JobLog>.Instance).EndAsync("J", _room.Now - TimeSpan.FromHours(1), 1, null, db, default);

        (await db.Jobs.AsNoTracking().SingleAsync(job => job.Name == "J")).Rows.ShouldBe(3);
    }

    [Fact]
    public async Task A_job_that_has_not_run_for_three_intervals_is_late_and_runs_again_unless_it_is_paused()
    {
        var job = Job(JobKind.Calendar, TimeSpan.FromMinutes(1));
        using var late = new LateJobs(_services.GetRequiredService<IServiceScopeFactory>(), [job], null!, _room.Time, NullLogger<LateJobs>.Instance);
        (await late.CheckAsync(default)).ShouldBeEmpty("it is new");

        _room.Time.Advance(TimeSpan.FromMinutes(3));
        (await late.CheckAsync(default)).ShouldBeEmpty("three intervals are not over");
        _room.Time.Advance(TimeSpan.FromSeconds(1));
        await WithControlAsync(async control => (await control.ListAsync(default)).Single().IsLate.ShouldBeTrue(), job);
        (await late.CheckAsync(default)).ShouldBe([job.Name]);

        await WithControlAsync(control => control.PauseAsync(job, Root, null, default), job);
        (await late.CheckAsync(default)).ShouldBeEmpty("it is paused");
    }

    [Fact]
    public async Task A_quiet_job_whose_runs_are_stored_once_a_minute_runs_next_in_the_future()
    {
        var job = Job(interval: TimeSpan.FromSeconds(20));
        await using (var db = _room.Open()) await new JobLog(_room.Time, NullLogger<JobLog>.Instance).EndAsync(job.Name, _room.Now, 0, null, db, default);
        var started = _room.Now;
        _room.Time.Advance(TimeSpan.FromSeconds(50));
        await WithControlAsync(async control => (await control.ListAsync(default)).Single().NextAt.ShouldBe(started.AddSeconds(60)), job);
    }

    [Fact]
    public async Task What_another_tenant_changes_is_in_the_audit_of_the_installation_too()
    {
        var mal = new Caller("other", "mal", new HashSet<string> { Role.Operator });
        await WithControlAsync(async control =>
        {
            await control.PauseAsync(Job(), mal, "a test", default);
            await control.ResumeAsync(Job(), mal, null, default);
            await control.RunAsync(Job(), mal, null, default);
        });

        await using var db = _room.Open();
        var lines = await db.AuditLines.AsNoTracking().ToListAsync();
        foreach (var tenant in (string[])["other", "default"])
            lines.Where(line => line.TenantId == tenant).Select(line => (line.Verb, line.UserId)).ShouldBe([("job.pause", "mal"), ("job.resume", "mal"), ("job.run", "mal")], ignoreOrder: true, tenant);
    }

    private static Job Job(JobKind kind = JobKind.Timed, TimeSpan? interval = null) => new(nameof(CountedSweep), kind, interval ?? TimeSpan.FromSeconds(5), new SweepSignal<CountedSweep>());

    // Each has its own memory, as each process has.
    private SweepRunner<CountedSweep> Instance() => new(
        _services.GetRequiredService<IServiceScopeFactory>(), TimeProvider.System, NullLogger<CountedSweep>.Instance, new JobLog(_room.Time, NullLogger<JobLog>.Instance));

    private async Task WithControlAsync(Func<JobControl, Task> use, Job? job = null)
    {
        await using var db = _room.Open();
        await use(new JobControl([job ?? Job()], new JobLog(_room.Time, NullLogger<JobLog>.Instance), db, new AuditLog(db, _room.Time), _room.Time, _services));
    }

    private async Task<JobRecord> RowAsync()
    {
        await using var db = _room.Open();
        return await db.Jobs.AsNoTracking().SingleAsync(job => job.Name == nameof(CountedSweep));
    }

    private async Task<DateTimeOffset?> StartedAtAsync() => (await RowAsync()).StartedAt;

    private sealed class CountedSweep : ISweep
    {
        public int Runs { get; private set; }

        public Exception? Fault { get; set; }

        public Task RunAsync(CancellationToken cancellationToken)
        {
            Runs++;
            return Fault is null ? Task.CompletedTask : throw Fault;
        }
    }
}
