using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Postgres;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

/// <summary>The slots of streams that several instances of the API share.</summary>
public sealed class PostgresStreamSlotsTests : IAsyncLifetime
{
    private const int Most = 3;

    private static readonly Caller Ada = new(Caller.DefaultTenant, "ada", new HashSet<string>());

    private readonly OwnPostgres _postgres = new();
    private PostgresStreamSlots _here = null!;
    private PostgresStreamSlots _there = null!;

    public async Task InitializeAsync()
    {
        await using (var db = _postgres.Open()) await db.Database.MigrateAsync();
        (_here, _there) = (new PostgresStreamSlots(() => _postgres.Connection), new PostgresStreamSlots(() => _postgres.Connection));
    }

    public async Task DisposeAsync()
    {
        _here.Dispose();
        _there.Dispose();
        await _postgres.DropAsync();
    }

    [Fact]
    public async Task All_instances_together_give_a_user_so_many_slots_and_no_other_users_slots()
    {
        (await _here.TryTakeAsync(Ada, Most)).ShouldNotBeNull();
        (await _there.TryTakeAsync(Ada, Most)).ShouldNotBeNull();
        (await _here.TryTakeAsync(Ada, Most)).ShouldNotBeNull();

        (await _here.TryTakeAsync(Ada, Most)).ShouldBeNull();
        (await _there.TryTakeAsync(Ada, Most)).ShouldBeNull();
        (await _there.TryTakeAsync(Ada with { UserId = "bob" }, Most)).ShouldNotBeNull();
        (await _there.TryTakeAsync(Ada with { TenantId = "acme" }, Most)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_slot_that_is_freed_at_one_instance_can_be_taken_at_the_other_at_once()
    {
        var slots = new[] { await _here.TryTakeAsync(Ada, Most), await _here.TryTakeAsync(Ada, Most), await _here.TryTakeAsync(Ada, Most) };
        await slots[1]!.DisposeAsync();

        (await _there.TryTakeAsync(Ada, Most)).ShouldNotBeNull();
        (await _there.TryTakeAsync(Ada, Most)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_that_come_at_once_at_both_only_so_many_get_a_slot()
    {
        var slots = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? _here : _there).TryTakeAsync(Ada, Most).AsTask()));

        slots.Count(slot => slot is not null).ShouldBe(Most);
    }

    [Fact]
    public async Task The_slots_of_an_instance_that_died_are_free_after_its_life()
    {
        for (var i = 0; i < Most; i++) (await _here.TryTakeAsync(Ada, Most)).ShouldNotBeNull();
        (await _there.TryTakeAsync(Ada, Most)).ShouldBeNull();

        await PassAsync();

        (await _there.TryTakeAsync(Ada, Most)).ShouldNotBeNull("they count no longer");
        await _there.RenewAsync();
        (await RowsAsync()).ShouldBe(1, "the rows of the dead instance are removed");
    }

    [Fact]
    public async Task An_instance_that_could_not_reach_the_database_for_a_while_gets_its_slots_back()
    {
        for (var i = 0; i < Most; i++) (await _here.TryTakeAsync(Ada, Most)).ShouldNotBeNull();
        await PassAsync();
        await _there.RenewAsync();
        (await RowsAsync()).ShouldBe(0);

        await _here.RenewAsync();

        (await _there.TryTakeAsync(Ada, Most)).ShouldBeNull();
        (await RowsAsync()).ShouldBe(Most);
    }

    [Fact]
    public async Task A_fault_of_the_database_costs_a_user_no_slot()
    {
        (await _here.TryTakeAsync(Ada, Most)).ShouldNotBeNull();
        await RunAsync("ALTER TABLE open_streams RENAME TO away");
        for (var i = 0; i < Most; i++) await Should.ThrowAsync<System.Data.Common.DbException>(async () => await _here.TryTakeAsync(Ada, Most));
        await RunAsync("ALTER TABLE away RENAME TO open_streams");

        for (var i = 1; i < Most; i++) (await _here.TryTakeAsync(Ada, Most)).ShouldNotBeNull();
        (await _there.TryTakeAsync(Ada, Most)).ShouldBeNull();
    }

    [Fact]
    public async Task An_instance_that_stops_frees_its_slots_at_once()
    {
        await _here.StartAsync(default);
        for (var i = 0; i < Most; i++) (await _here.TryTakeAsync(Ada, Most)).ShouldNotBeNull();

        await _here.StopAsync(default);

        (await RowsAsync()).ShouldBe(0);
        (await _there.TryTakeAsync(Ada, Most)).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_instance_without_streams_leaves_no_row_and_comes_back_with_the_next_stream()
    {
        await _here.StartAsync(default);
        await (await _here.TryTakeAsync(Ada, Most)).ShouldNotBeNull().DisposeAsync();

        await Eventually.True(async () => await InstancesAsync() == 0, "its row is removed");
        for (var i = 0; i < Most; i++) (await _here.TryTakeAsync(Ada, Most)).ShouldNotBeNull();
        (await _there.TryTakeAsync(Ada, Most)).ShouldBeNull();
        await _here.StopAsync(default);
    }

    // The database's clock cannot be moved, so the row moves.
    private async Task PassAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.ExecuteSqlAsync($"""UPDATE stream_instances SET "Until" = "Until" - {PostgresStreamSlots.Life}""");
    }

    private async Task RunAsync(string statement)
    {
        await using var db = _postgres.Open();
        await db.Database.ExecuteSqlRawAsync(statement);
    }

    private async Task<int> RowsAsync()
    {
        await using var db = _postgres.Open();
        return await db.Set<OpenStream>().CountAsync();
    }

    private async Task<int> InstancesAsync()
    {
        await using var db = _postgres.Open();
        return await db.Set<StreamInstance>().CountAsync();
    }
}
