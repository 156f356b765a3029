using Pipeline.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uploads;

public sealed class ExpirerTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task An_upload_that_nobody_confirms_expires_when_its_time_is_over()
    {
        var asset = await _room.AddAsync();
        var confirmed = await _room.AddConfirmedAsync();

        _room.Time.Advance(TimeSpan.FromSeconds(_room.Uploads.PendingSeconds - 1));
        await _room.ExpireAsync();
        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Pending);

        _room.Time.Advance(TimeSpan.FromSeconds(1));
        await _room.ExpireAsync();
        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Expired);
        (await _room.RowAsync(confirmed.Id)).Status.ShouldBe(AssetStatus.Queued);
    }
}
