using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Pipeline.Assets;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Cleanup;

public sealed class IncomingSweepTests : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData(AssetStatus.Ready)]
    [InlineData(AssetStatus.Rejected)]
    [InlineData(AssetStatus.Expired)]
    [InlineData(AssetStatus.Deleted)]
    public async Task A_file_that_came_after_everything_goes_a_day_later(AssetStatus status)
    {
        var asset = await AddAsync(status);
        await _room.PutAsync(asset.IncomingKey);

        await _room.SweepIncomingAsync();
        (await _room.KeysAsync()).ShouldBe([asset.IncomingKey], "it may just have come, and the tidier is at it");

        _room.Time.Advance(Day);
        await _room.SweepIncomingAsync();
        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(AssetStatus.Pending)]
    [InlineData(AssetStatus.Queued)]
    [InlineData(AssetStatus.Processing)]
    [InlineData(AssetStatus.Failed)]
    public async Task A_file_that_its_asset_needs_stays_however_old(AssetStatus status)
    {
        var asset = await AddAsync(status);
        await _room.PutAsync(asset.IncomingKey);
        _room.Time.Advance(30 * Day);

        await _room.SweepIncomingAsync();

        (await _room.KeysAsync()).ShouldBe([asset.IncomingKey]);
    }

    [Fact]
    public async Task A_file_of_a_ready_asset_is_not_needed_while_it_is_made_again_from_its_original()
    {
        var asset = await AddAsync(AssetStatus.Ready);
        await _room.PutAsync(asset.IncomingKey);
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now));
        _room.Time.Advance(Day);

        await _room.SweepIncomingAsync();

        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_no_row_knows_goes_after_a_week_and_other_areas_are_not_looked_at()
    {
        const string Unknown = "uploads/somebody/1-00ff.jpg";
        string[] others = [ObjectKey.Original(Guid.NewGuid(), "00ff").Value, ObjectKey.Quarantine(Guid.NewGuid()).Value, "watermarks/logo.png"];
        await _room.PutAsync([Unknown, .. others]);
        _room.Time.Advance(6 * Day);
        await _room.SweepIncomingAsync();
        (await _room.KeysAsync()).ShouldContain(Unknown, "the table may have been restored from a backup");

        _room.Time.Advance(Day);
        await _room.SweepIncomingAsync();

        (await _room.KeysAsync()).ShouldBe(others, ignoreOrder: true);
    }

    [Fact]
    public async Task Where_the_table_does_not_answer_nothing_is_deleted()
    {
        var asset = await AddAsync(AssetStatus.Deleted);
        await _room.PutAsync([asset.IncomingKey, "uploads/somebody/1-00ff.jpg"]);
        _room.Time.Advance(30 * Day);

        await Should.ThrowAsync<IOException>(() => _room.SweepIncomingAsync(null, new DeadTable()));

        (await _room.KeysAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_needed_does_not_keep_a_run_from_coming_to_the_rest()
    {
        var needed = await AddAsync(AssetStatus.Pending);
        await _room.PutAsync(Enumerable.Range(0, 1_000).Select(i => $"uploads/a/{i:0000}-00ff.jpg"));
        var late = await AddAsync(AssetStatus.Deleted);
        await _room.PutAsync(needed.IncomingKey, late.IncomingKey);
        _room.Time.Advance(2 * Day);

        await _room.SweepIncomingAsync();

        var keys = await _room.KeysAsync();
        keys.Count.ShouldBe(1_001);
        keys.ShouldContain(needed.IncomingKey);
        keys.ShouldNotContain(late.IncomingKey, "it stands on the second page");
    }

    [Fact]
    public async Task A_sweep_that_is_switched_off_does_nothing()
    {
        _room.Cleanup.IncomingSweepSeconds = 0;
        var asset = await AddAsync(AssetStatus.Deleted);
        await _room.PutAsync(asset.IncomingKey);
        _room.Time.Advance(Day);

        await _room.SweepIncomingAsync();

        (await _room.KeysAsync()).ShouldBe([asset.IncomingKey]);
    }

    private Task<Asset> AddAsync(AssetStatus status)
    {
        _room.Dispatch.MaxAttempts = 1;
        return status switch
        {
            AssetStatus.Pending => _room.AddAsync(),
            AssetStatus.Queued => _room.AddConfirmedAsync(),
            AssetStatus.Processing => _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now), a => a.Started(Some.Started(a), _room.Now)),
            AssetStatus.Ready => _room.AddReadyAsync(),
            AssetStatus.Rejected => _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now), a => a.Reject(Some.Rejected(a), _room.Now)),
            AssetStatus.Failed => _room.AddAsync(
                a => a.Confirm(Some.ETag, null, _room.Now), a => a.AttemptFailed(Some.Failed(a), _room.Retries, _room.Now)),
            AssetStatus.Expired => _room.AddAsync(a => a.Expire(_room.Now)),
            _ => _room.AddAsync(a => a.Delete(_room.Now)),
        };
    }

    private sealed class DeadTable : DbCommandInterceptor
    {
        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
            throw new IOException("the disk of the database is gone");
    }
}
