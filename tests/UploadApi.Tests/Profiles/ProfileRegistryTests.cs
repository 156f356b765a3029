using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Contracts;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Profiles;

public sealed class ProfileRegistryTests : IDisposable
{
    private const string Old = "00000000000000f1";
    private const string New = "00000000000000f2";
    private const string Middle = "00000000000000f3";
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_later_news_wins_in_whichever_order_it_comes()
    {
        await _room.AnnounceAsync("web", Old, _room.Now);
        await _room.AnnounceAsync("web", New, _room.Now.AddSeconds(2));
        await _room.AnnounceAsync("web", Old, _room.Now.AddSeconds(1));

        var row = (await RowsAsync()).ShouldHaveSingleItem();
        (row.Fingerprint, row.AnnouncedAt).ShouldBe((New, _room.Now.AddSeconds(2)));
    }

    [Theory]
    [InlineData("web", "")]
    [InlineData("web", "00000000000000F1")]
    [InlineData("web", "00000000000000f1f1")]
    [InlineData("", Old)]
    [InlineData("a/b", Old)]
    [InlineData("a-name-of-more-than-32-characters", Old)]
    public async Task What_is_no_name_or_no_fingerprint_is_not_written_down(string name, string fingerprint)
    {
        await _room.AnnounceAsync(name, fingerprint);

        (await RowsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_list_that_nobody_can_have_configured_is_ignored_and_a_long_engine_is_cut()
    {
        await using var db = _room.Open();
        var book = new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance);
        await book.WriteAsync(News(257, "engine"), _room.Now, default);
        (await RowsAsync()).ShouldBeEmpty();

        await book.WriteAsync(News(256, new string('e', 300)), _room.Now, default);

        var rows = await RowsAsync();
        (rows.Count, rows[0].Engine.Length).ShouldBe((256, CurrentProfile.MaxEngine));
    }

    [Fact]
    public async Task Stale_is_what_is_ready_and_would_come_out_otherwise_today()
    {
        await _room.AnnounceAsync("web", New);
        var old = await _room.AddReadyAsync(r => r with { ProfileFingerprint = Old });
        var made = await _room.AddReadyAsync(r => r with { ProfileFingerprint = New });
        var unknown = await _room.AddReadyAsync(r => r with { ProfileFingerprint = null });
        var waiting = await _room.AddConfirmedAsync();

        (await ListAsync("true")).ShouldBe([old.Id]);
        (await ListAsync("false")).ShouldBe([made.Id, unknown.Id, waiting.Id], ignoreOrder: true);
        (await ViewsAsync(stale: null)).Where(view => view.Stale).Select(view => view.Id).ShouldBe([old.Id]);
    }

    [Fact]
    public async Task Nothing_is_stale_as_long_as_no_worker_has_told_anything()
    {
        await _room.AddReadyAsync(r => r with { ProfileFingerprint = Old });

        (await ListAsync("true")).ShouldBeEmpty();
        (await ViewsAsync(stale: null)).ShouldAllBe(view => !view.Stale);
    }

    [Fact]
    public async Task Other_settings_and_another_engine_are_told_apart()
    {
        await _room.AnnounceAsync("web", Old, _room.Now, settings: "00000000000000a1");
        await _room.AnnounceAsync("web", Middle, _room.Now.AddSeconds(1), settings: "00000000000000a2");
        await _room.AnnounceAsync("web", New, _room.Now.AddSeconds(2), settings: "00000000000000a2");
        var otherSettings = await _room.AddReadyAsync(r => r with { ProfileFingerprint = Old });
        var otherEngine = await _room.AddReadyAsync(r => r with { ProfileFingerprint = Middle });
        var neverAnnounced = await _room.AddReadyAsync(r => r with { ProfileFingerprint = "00000000000000f9" });
        var made = await _room.AddReadyAsync(r => r with { ProfileFingerprint = New });

        (await ListAsync("settings")).ShouldBe([otherSettings.Id, neverAnnounced.Id], ignoreOrder: true);
        (await ListAsync("engine")).ShouldBe([otherEngine.Id]);
        (await ListAsync("true")).ShouldBe([otherSettings.Id, otherEngine.Id, neverAnnounced.Id], ignoreOrder: true);
        (await ViewsAsync(stale: null)).ToDictionary(view => view.Id, view => view.StaleReason).ShouldBe(
            new Dictionary<Guid, string?> { [otherSettings.Id] = "settings", [otherEngine.Id] = "engine", [neverAnnounced.Id] = "settings", [made.Id] = null }, ignoreOrder: true);
    }

    /// <summary>A worker of an earlier version announces no settings.</summary>
    [Fact]
    public async Task Unknown_settings_count_as_others()
    {
        await _room.AnnounceAsync("web", Old, _room.Now, settings: "00000000000000a1");
        await _room.AnnounceAsync("web", New, _room.Now.AddSeconds(1));
        var old = await _room.AddReadyAsync(r => r with { ProfileFingerprint = Old });

        (await ListAsync("settings")).ShouldBe([old.Id]);
        (await ListAsync("engine")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fingerprint_of_a_wrong_shape_costs_the_asset_nothing()
    {
        var asset = await _room.AddReadyAsync(r => r with { ProfileFingerprint = new string('f', 1000), PerceptualHash = "none" });

        var row = await _room.RowAsync(asset.Id);
        (row.Status, row.ProfileFingerprint, row.PerceptualHash).ShouldBe((AssetStatus.Ready, null, null));
    }

    private static ProfilesAnnounced News(int profiles, string engine) => new()
    {
        Worker = "worker (1.0)",
        Engine = engine,
        Profiles = [.. Enumerable.Range(0, profiles).Select(n => new AnnouncedProfile { Name = $"p{n}", Fingerprint = Old })],
    };

    private async Task<List<CurrentProfile>> RowsAsync()
    {
        await using var db = _room.Open();
        return await db.Profiles.AsNoTracking().ToListAsync();
    }

    private async Task<IEnumerable<Guid>> ListAsync(string stale) => (await ViewsAsync(stale)).Select(view => view.Id);

    private async Task<IReadOnlyList<AssetView>> ViewsAsync(string? stale)
    {
        await using var db = _room.Open();
        var reads = new AssetReads(db, new AssetStore(db), new ProfileRegistry(db, NullLogger<ProfileRegistry>.Instance), _room.Areas());
        bool? any = bool.TryParse(stale, out var which) ? which : null;
        var reason = any is null ? stale : null;
        var answer = await reads.ListAsync(Some.User(), status: null, ids: null, batchId: null, any, reason, cursor: null, limit: null, default);
        return answer.ShouldBeOfType<Ok<AssetPage>>().Value.ShouldNotBeNull().Items;
    }
}
