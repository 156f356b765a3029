using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;
using Quartz;

namespace Pipeline.UploadApi.Tests.Operators;

public sealed class StuckTriggerTests : IAsyncLifetime
{
    private const string Job = nameof(StalledWorkRescuer);
    private readonly OwnPostgres _database = new();

    public async Task InitializeAsync()
    {
        await using var db = _database.Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _database.DropAsync();

    /// <summary>A scheduler whose database fails in the wrong moment leaves a trigger acquired, and no instance fires it again.</summary>
    [Theory]
    [InlineData("ACQUIRED")]
    [InlineData("BLOCKED")]
    [InlineData("ERROR")]
    public async Task A_trigger_that_no_instance_fires_any_more_is_freed_and_its_job_runs(string state)
    {
        await using var api = await PostgresApi.StartAsync(_database.Connection, isScheduled: true);
        await using var db = _database.Open();
        await Eventually.True(async () => await db.Jobs.AsNoTracking().AnyAsync(job => job.Name == Job && job.EndedAt != null), "the job runs at the start");
        await (await api.Services.GetRequiredService<ISchedulerFactory>().GetScheduler()).Standby();
        await db.Database.ExecuteSqlAsync($"UPDATE qrtz_triggers SET trigger_state = {state} WHERE trigger_name = {Job}");
        var longAgo = TimeProvider.System.GetUtcNow().AddHours(-1);
        await db.Database.ExecuteSqlAsync($"""UPDATE jobs SET "StartedAt" = {longAgo}, "EndedAt" = {longAgo} WHERE "Name" = {Job}""");

        var before = TimeProvider.System.GetUtcNow();
        var late = api.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<LateJobs>().Single();
        (await late.CheckAsync(default)).ShouldContain(Job);

        (await db.Database.SqlQuery<string>($"SELECT trigger_state AS \"Value\" FROM qrtz_triggers WHERE trigger_name = {Job}").SingleAsync()).ShouldBe("WAITING");
        // The table learns of a run without rows once a minute; the process knows at once.
        var log = api.Services.GetRequiredService<JobLog>();
        await Eventually.True(() => log.LastOf(Job)?.StartedAt >= before, "it runs, although the scheduler stands by");
    }
}
