using Pipeline.Assets.Purging;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary>Sweeps run every few seconds over a growing table; each must find its rows by its narrow index.</summary>
public sealed class SweepQueryTests : IDisposable
{
    private readonly Backroom _room = new();
    private readonly Selects _selects = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_dispatcher_finds_what_is_due_by_its_index()
    {
        await _room.DispatchAsync(FakeBus.That((_, _) => Task.CompletedTask), default, _selects);

        await EachPlanShouldUse(["IX_assets_due_awaited", "IX_assets_due_other"]);
    }

    [Fact]
    public async Task The_rescuer_finds_what_is_silent_by_its_index()
    {
        await _room.RescueAsync(all: false, _selects);

        await EachPlanShouldUse(["IX_assets_LastHeardAt", "IX_assets_LastHeardAt"]);
    }

    [Fact]
    public async Task The_rescue_at_a_start_reads_only_what_is_in_work()
    {
        await _room.RescueAsync(all: true, _selects);

        await EachPlanShouldUse(["IX_assets_LastHeardAt", "IX_assets_LastHeardAt"]);
    }

    [Fact]
    public async Task The_expirer_finds_old_uploads_by_its_index()
    {
        await _room.ExpireAsync(_selects);

        await EachPlanShouldUse(["IX_assets_CreatedAt"]);
    }

    [Fact]
    public async Task The_sweep_of_temporary_assets_finds_what_is_due_by_its_index()
    {
        await _room.SweepTemporaryAsync(_selects);

        await EachPlanShouldUse(["IX_assets_DeleteAt"]);
    }

    [Fact]
    public async Task The_sweep_of_arrivals_reads_only_pending_uploads_that_ask_for_it()
    {
        await _room.SweepArrivalsAsync(store: null, state: null, _selects);

        await EachPlanShouldUse(["IX_assets_auto_confirm"]);
    }

    [Fact]
    public async Task The_sweep_of_purges_finds_what_is_due_by_its_index()
    {
        _room.Cache = new UnusedCache();
        await _room.PurgeAsync(_selects);

        await EachPlanShouldUse(["IX_cache_purges_DueAt"]);
    }

    [Fact]
    public async Task The_tidier_finds_what_is_due_by_its_index()
    {
        await _room.TidyAsync(null, _selects);

        await EachPlanShouldUse(["IX_assets_TidyAt"]);
    }

    private sealed class UnusedCache : ICachePurge
    {
        public int MaxUrls => 30;

        public bool IsNeeded => true;

        public Task<PurgeResult> PurgeAsync(IReadOnlyList<Uri> urls, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is due.");
    }

    private async Task EachPlanShouldUse(string[] indexes)
    {
        await using var db = _room.Open();
        var plans = await _selects.PlansAsync(db);
        plans.Count.ShouldBe(indexes.Length);
        plans.ShouldAllBe(plan => !plan.Contains("TEMP B-TREE", StringComparison.Ordinal));
        foreach (var (plan, index) in plans.Zip(indexes)) plan.ShouldContain($"INDEX {index} (");
    }
}
