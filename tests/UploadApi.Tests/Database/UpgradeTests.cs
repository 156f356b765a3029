using Microsoft.EntityFrameworkCore;
using Pipeline.AllInOne.Database;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary>A database of the version before, with rows in every state and work in flight, is upgraded by the migrations alone.</summary>
public abstract class UpgradeContract
{
    /// <summary>The last migration of the version before.</summary>
    private const string Before = "LastHeardAt";

    private static readonly DateTimeOffset Then = new(2026, 1, 31, 23, 30, 0, TimeSpan.Zero);

    private const string Publication = """{"revision":1,"original":{"key":"originals/a/b","eTag":"e","sha256":"00ff","size":9,"contentType":"image/jpeg"},"width":4,"height":3,"frames":1,"placeholder":{"thumbHash":"aGFzaA==","dataUrl":"data:,","color":"#102030"},"variants":[{"name":"w320","format":"jpeg","contentType":"image/jpeg","width":320,"height":240,"bytes":9,"sha256":"00ff","key":"assets/a/r/w320.jpg"}],"recipe":"r"}""";

    // Status, work, whether the bus has the request, whether a publication is there, and the kinds of its events.
    private static readonly (AssetStatus Status, WorkState Work, bool IsInFlight, bool IsPublished, string[] Kinds)[] Rows =
    [
        (AssetStatus.Pending, WorkState.Idle, false, false, ["created"]),
        (AssetStatus.Queued, WorkState.Queued, false, false, ["created", "confirmed"]),
        (AssetStatus.Queued, WorkState.Queued, true, false, ["created", "confirmed", "dispatched"]),
        (AssetStatus.Processing, WorkState.Processing, true, false, ["created", "confirmed", "dispatched", "started"]),
        (AssetStatus.Ready, WorkState.Idle, false, true, ["created", "confirmed", "dispatched", "started", "type_differs", "scanned", "ready"]),
        (AssetStatus.Ready, WorkState.Processing, true, true, ["created", "confirmed", "ready", "focus_set", "reprocess_requested", "revision_follows"]),
        (AssetStatus.Rejected, WorkState.Idle, false, false, ["created", "confirmed", "scanned", "rejected"]),
        (AssetStatus.Failed, WorkState.Idle, false, false, ["created", "confirmed", "requeued", "attempt_failed", "failed"]),
        (AssetStatus.Expired, WorkState.Idle, false, false, ["created", "expired"]),
        (AssetStatus.Deleted, WorkState.Idle, false, false, ["created", "confirmed", "deleted", "erased"]),
    ];

    [Fact]
    public async Task Rows_in_every_state_and_their_timelines_are_kept_and_work_goes_on()
    {
        Rows.Select(row => row.Status).Distinct().ShouldBe(Enum.GetValues<AssetStatus>(), ignoreOrder: true, "a new status: add a row of it");
        var ids = await UpgradeAsync();

        await using var db = Open();
        var store = new AssetStore(db);
        for (var i = 0; i < Rows.Length; i++)
        {
            var (row, expected) = ((await store.FindAsync(ids[i], new Caller("ada"), default)).ShouldNotBeNull(), Rows[i]);
            (row.Status, row.Work, row.IsInFlight, row.Publication is not null, row.TenantId).ShouldBe((expected.Status, expected.Work, expected.IsInFlight, expected.IsPublished, "default"));
            var events = await db.Events.AsNoTracking().Where(e => e.AssetId == ids[i]).OrderBy(e => e.Sequence).ToListAsync();
            events.Select(e => AssetEvent.Word(e.Kind)).ShouldBe(expected.Kinds);
            events.ShouldAllBe(e => e.Sentence() == $"It was {AssetEvent.Word(e.Kind)} \"so\".");
            events.ShouldAllBe(e => e.TenantId == "default" && e.OwnerId == "ada" && e.At == Then);
        }
    }

    [Fact]
    public async Task Every_row_takes_its_next_change_and_events_of_before_are_not_delivered()
    {
        var ids = await UpgradeAsync();

        await using var db = Open();
        foreach (var id in ids) await new AssetStore(db).ChangeAsync(id, a => a.Delete(Then.AddMonths(2)), default);

        var feed = new EventFeed(db, new LocalEventSignal(), TimeProvider.System);
        await feed.RunAsync(default);
        var delivered = await feed.ReadAsync(0, 100, default);
        delivered.Select(e => e.Kind).Distinct().ShouldBe([AssetEventKind.Deleted]);
        delivered.Count.ShouldBe(Rows.Length - 1, "the deleted one stays as it is");
    }

    private protected abstract AssetDbContext Open();

    private protected abstract object Stored(DateTimeOffset time);

    private async Task<List<Guid>> UpgradeAsync()
    {
        await using var db = Open();
        await db.Database.MigrateAsync(Before);
        var ids = new List<Guid>();
        foreach (var row in Rows) ids.Add(await AddAsync(db, row.Status, row.Work, row.IsInFlight, row.IsPublished, row.Kinds));
        await db.Database.MigrateAsync();
        return ids;
    }

    private async Task<Guid> AddAsync(AssetDbContext db, AssetStatus status, WorkState work, bool inFlight, bool published, string[] kinds)
    {
        var (id, then) = (Guid.CreateVersion7(), Stored(Then));
        object?[] values =
        [
            id, status.ToString(), work.ToString(), $"uploads/ada/{id:N}.jpg", then, status == AssetStatus.Pending ? null : "e1",
            published ? Publication : null, status == AssetStatus.Rejected ? "corrupt" : null, status == AssetStatus.Failed ? "internal" : null,
            work == WorkState.Queued && !inFlight ? then : null, inFlight ? then : null, inFlight, status == AssetStatus.Pending ? 0 : 1,
        ];
        await db.Database.ExecuteSqlRawAsync(
            """
            INSERT INTO assets ("Id", "OwnerId", "Status", "Work", "FileName", "ClaimedType", "Size", "Profile", "IncomingKey", "CreatedAt", "UploadUrlExpiresAt",
                "UpdatedAt", "IncomingETag", "Publication", "RejectionCode", "FailureCode", "DispatchAt", "LastHeardAt", "IsInFlight", "Revision", "Attempt", "Version")
            VALUES ({0}, 'ada', {1}, {2}, 'cat.jpg', 'image/jpeg', 3, 'web', {3}, {4}, {4}, {4}, {5}, {6}, {7}, {8}, {9}, {10}, {11}, {12}, {12}, 2)
            """,
            values!);
        foreach (var kind in kinds)
            await db.Database.ExecuteSqlAsync($"""INSERT INTO asset_events ("AssetId", "At", "Kind", "Detail") VALUES ({id}, {then}, {kind}, {$"It was {kind} \"so\"."})""");
        return id;
    }

    public sealed class OnSqlite : UpgradeContract, IDisposable
    {
        private readonly TempFolder _folder = new();

        public void Dispose() => _folder.Dispose();

        private protected override AssetDbContext Open() => new SqliteAssetDbContext(
            new DbContextOptionsBuilder<SqliteAssetDbContext>().UseSqlite($"Data Source={_folder["assets.db"]};Pooling=False").Options);

        private protected override object Stored(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    }

    public sealed class OnPostgres : UpgradeContract, IAsyncLifetime
    {
        private readonly OwnPostgres _postgres = new();

        public Task InitializeAsync() => Task.CompletedTask;

        public Task DisposeAsync() => _postgres.DropAsync();

        private protected override AssetDbContext Open() => _postgres.Open();

        private protected override object Stored(DateTimeOffset time) => time;
    }
}
