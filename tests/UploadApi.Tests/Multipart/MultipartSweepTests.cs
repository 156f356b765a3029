using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Assets.Uploads.Multipart;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Multipart;

/// <summary>However an upload in parts ends, the store has no open upload in the end.</summary>
public sealed class MultipartSweepTests : IDisposable
{
    private static readonly WriteOptions Jpeg = new() { ContentType = "image/jpeg" };
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task An_upload_whose_instance_died_before_the_row_is_aborted_when_its_urls_cannot_be_valid_any_more()
    {
        await _room.Multipart.CreateAsync(ObjectKey.Parse("uploads/ada/1-00ff.jpg"), Jpeg, default);

        _room.Time.Advance(TimeSpan.FromSeconds(_room.Uploads.UrlSeconds) + TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        await _room.SweepMultipartAsync();
        (await OpenAsync()).Count.ShouldBe(1);

        _room.Time.Advance(TimeSpan.FromMilliseconds(1));
        await _room.SweepMultipartAsync();
        (await OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_upload_of_a_pending_asset_stays_and_any_other_for_its_key_does_not()
    {
        var begun = await BegunAsync();
        await _room.Multipart.CreateAsync(ObjectKey.Parse(begun.IncomingKey), Jpeg, default);
        _room.Time.Advance(TimeSpan.FromHours(12));

        await _room.SweepMultipartAsync();

        (await OpenAsync()).ShouldBe([begun.MultipartId!]);
    }

    [Fact]
    public async Task An_upload_that_came_by_a_single_put_in_the_end_is_aborted()
    {
        var begun = await BegunAsync();
        await _room.ChangeAsync(begun.Id, a => a.Confirm(Some.ETag, null, _room.Now));
        _room.Time.Advance(TimeSpan.FromHours(1));

        await _room.SweepMultipartAsync();

        (await OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Uploads_of_other_programs_in_the_bucket_stay()
    {
        await _room.Multipart.CreateAsync(ObjectKey.Parse("backups/1"), Jpeg, default);
        _room.Time.Advance(TimeSpan.FromDays(1));

        await _room.SweepMultipartAsync();

        (await OpenAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_sweep_that_is_switched_off_aborts_nothing()
    {
        await _room.Multipart.CreateAsync(ObjectKey.Parse("uploads/ada/1-00ff.jpg"), Jpeg, default);
        _room.Time.Advance(TimeSpan.FromDays(1));
        _room.Cleanup.MultipartSweepSeconds = 0;

        await _room.SweepMultipartAsync();

        (await OpenAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_upload_that_expires_is_aborted_by_the_cleanup_at_once()
    {
        await BegunAsync();
        _room.Time.Advance(TimeSpan.FromSeconds(_room.Uploads.PendingSeconds));
        await _room.ExpireAsync();

        await _room.TidyAsync();

        (await OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_upload_whose_asset_is_deleted_is_aborted_by_the_cleanup_at_once()
    {
        var begun = await BegunAsync();
        await _room.ChangeAsync(begun.Id, a => a.Delete(_room.Now));

        await _room.TidyAsync();

        (await OpenAsync()).ShouldBeEmpty();
    }

    /// <summary>A completion and an abort at once: the object that the completion stored belongs to no asset.</summary>
    [Fact]
    public async Task A_file_that_is_joined_after_its_asset_was_deleted_is_deleted()
    {
        var begun = await BegunAsync();
        await _room.ChangeAsync(begun.Id, a => a.Delete(_room.Now));
        await _room.TidyAsync();
        await _room.PutAsync(begun.IncomingKey);

        _room.Time.Advance(TimeSpan.FromMinutes(11));
        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_owner_with_too_much_pending_leaves_nothing_open()
    {
        _room.Uploads.PendingPerOwner = 1;
        await BegunAsync();

        (await BeginAsync()).ShouldBeOfType<BeginMultipartResult.NoRoom>().Why.ShouldBeOfType<NotAdded.TooManyPending>();

        (await OpenAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_upload_whose_row_cannot_be_written_leaves_nothing_open()
    {
        await using (var db = _room.Open())
        {
            await db.DisposeAsync();
            await Should.ThrowAsync<ObjectDisposedException>(() => Begin(db).RunAsync(Request, new Caller(Some.Owner), plan: null, default));
        }

        (await OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Late_parts_are_looked_for_until_the_last_url_has_expired()
    {
        var begun = await BegunAsync();
        _room.Time.Advance(TimeSpan.FromHours(1));
        await using (var db = _room.Open())
        {
            var store = new AssetStore(db);
            var sign = new SignParts(new MultipartParts(store, _room.Multipart, _room.Areas()), store, _room.Areas(), Options.Create(_room.Uploads));
            (await sign.RunAsync(begun.Id, [1], new Caller(Some.Owner), default)).ShouldBeOfType<SignPartsResult.Issued>();
        }

        (await _room.RowAsync(begun.Id)).UploadUrlExpiresAt.ShouldBe(_room.Now.AddSeconds(_room.Uploads.UrlSeconds));
    }

    private static UploadRequest Request => new("cat.jpg", "image/jpeg", 6 * 1024 * 1024);

    private async Task<Asset> BegunAsync() => (await BeginAsync()).ShouldBeOfType<BeginMultipartResult.Begun>().Asset;

    private async Task<BeginMultipartResult> BeginAsync()
    {
        await using var db = _room.Open();
        return await Begin(db).RunAsync(Request, new Caller(Some.Owner), plan: null, default);
    }

    private BeginMultipart Begin(AssetDbContext db)
    {
        var (options, store) = (Options.Create(_room.Uploads), new AssetStore(db));
        var request = new IdempotentRequest(db, Options.Create(new IdempotencyOptions()), _room.Time);
        return new BeginMultipart(
            new UploadPolicy(options), new PendingUploads(db, store, request, options, Options.Create(new LimitsOptions())), _room.Urls(), store, _room.Multipart, options, _room.Time, NullLogger<BeginMultipart>.Instance);
    }

    private async Task<IReadOnlyList<string>> OpenAsync() => [.. (await _room.Multipart.ListOpenAsync("", default).ToListAsync()).Select(open => open.UploadId)];
}
