using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Uploads;

namespace Pipeline.UploadApi.Tests.Uploads;

public sealed class ConfirmTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task An_upload_is_confirmed_by_its_key_as_by_its_id()
    {
        var asset = await _room.AddAsync();
        await _room.PutAsync(asset.IncomingKey);

        (await ConfirmAsync(new ConfirmRequest(null, asset.IncomingKey, "dog.jpg"))).ShouldBe(202);

        var row = await _room.RowAsync(asset.Id);
        (row.Status, row.FileName).ShouldBe((AssetStatus.Queued, "dog.jpg"));
        row.IncomingETag.ShouldBe((await _room.Store.HeadAsync(ObjectKey.Parse(asset.IncomingKey), default)).ShouldNotBeNull().ETag);
    }

    [Fact]
    public async Task Id_or_key_is_wanted_and_both_must_mean_the_same()
    {
        var asset = await _room.AddAsync();
        var other = await _room.AddAsync();
        await _room.PutAsync(asset.IncomingKey);

        (await ConfirmAsync(new ConfirmRequest(null))).ShouldBe(400);
        (await ConfirmAsync(new ConfirmRequest(asset.Id, other.IncomingKey))).ShouldBe(404);
        (await ConfirmAsync(new ConfirmRequest(asset.Id, asset.IncomingKey))).ShouldBe(202);
    }

    [Fact]
    public async Task A_confirm_that_loses_to_the_expirer_is_not_called_a_success()
    {
        var asset = await _room.AddAsync();
        await _room.PutAsync(asset.IncomingKey);

        var status = await ConfirmAsync(
            new ConfirmRequest(asset.Id),
            new InterruptedStore(_room.Store, _ => _room.ChangeAsync(asset.Id, a => a.Expire(_room.Now))));

        status.ShouldBe(409);
    }

    [Fact]
    public async Task A_confirm_that_loses_to_a_deletion_finds_nothing()
    {
        var asset = await _room.AddAsync();
        await _room.PutAsync(asset.IncomingKey);

        var status = await ConfirmAsync(
            new ConfirmRequest(asset.Id),
            new InterruptedStore(_room.Store, _ => _room.ChangeAsync(asset.Id, a => a.Delete(_room.Now))));

        status.ShouldBe(404);
    }

    [Fact]
    public async Task Of_two_confirms_at_once_both_succeed_and_one_counts()
    {
        var asset = await _room.AddAsync();
        await _room.PutAsync(asset.IncomingKey);

        var status = await ConfirmAsync(
            new ConfirmRequest(asset.Id),
            new InterruptedStore(_room.Store, _ => _room.ChangeAsync(asset.Id, a => a.Confirm(Some.ETag, null, _room.Now))));

        status.ShouldBe(202);
        (await _room.TimelineAsync(asset.Id)).ShouldBe(["created", "confirmed"]);
    }

    /// <summary>The client would upload an existing file again: a proxy had answered with the length of its own page.</summary>
    [Fact]
    public async Task A_store_that_says_two_sizes_of_one_upload_is_at_fault_and_not_the_client()
    {
        var asset = await _room.AddAsync();
        await _room.PutAsync(asset.IncomingKey);

        await Should.ThrowAsync<IOException>(() => ConfirmAsync(new ConfirmRequest(asset.Id), new LyingHead(_room.Store)));

        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Pending);
    }

    private async Task<int?> ConfirmAsync(ConfirmRequest request, IObjectStore? store = null)
    {
        await using var db = _room.Open();
        var endpoint = new ConfirmEndpoint(new ConfirmUpload(
            new AssetStore(db), _room.Areas(store), new SweepSignal<Dispatcher>(), _room.Time, NullLogger<ConfirmUpload>.Instance));
        var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim("userId", Some.Owner)]));
        return (await endpoint.HandleAsync(request, user, default)).ShouldBeAssignableTo<IStatusCodeHttpResult>()!.StatusCode;
    }

    private sealed class LyingHead(IObjectStore inner) : IObjectStore
    {
        public async Task<ObjectInfo?> HeadAsync(ObjectKey key, CancellationToken cancellationToken) =>
            await inner.HeadAsync(key, cancellationToken) is { } found ? found with { Size = found.Size + 1 } : null;

        public Task<ReadResult> ReadAsync(ObjectKey key, string? ifMatch, CancellationToken cancellationToken) =>
            inner.ReadAsync(key, ifMatch, cancellationToken);

        public Task<WriteResult> WriteAsync(ObjectKey key, Stream content, long length, WriteOptions options, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<CopyResult> CopyAsync(ObjectKey source, ObjectKey destination, string ifMatch, WriteOptions options, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task DeleteAsync(ObjectKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, string? after, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
