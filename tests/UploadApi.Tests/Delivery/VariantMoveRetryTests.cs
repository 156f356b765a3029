using Pipeline.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Delivery;

public sealed class VariantMoveRetryTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData("head ")]
    [InlineData("copy ")]
    [InlineData("delete assets/")]
    public async Task A_store_that_fails_keeps_a_private_asset_public_for_half_a_minute_at_most(string call)
    {
        var asset = await _room.AddConfirmedAsync();
        var made = Made.Of(asset, "recipe1");
        await _room.PutAsync(Made.Keys(made));
        await _room.ChangeAsync(asset.Id, a => a.MarkReady(made, _room.Now));
        await _room.ChangeAsync(asset.Id, a => a.Show(AssetVisibility.Private, _room.Now));

        await _room.TidyAsync(new InterruptedStore(_room.Store, asked => asked.StartsWith(call, StringComparison.Ordinal) ? throw new IOException("It does not answer.") : Task.CompletedTask));
        (await _room.KeysAsync()).ShouldContain(key => key.StartsWith("assets/"));
        _room.Time.Advance(TimeSpan.FromSeconds(30));
        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldNotContain(key => key.StartsWith("assets/"));
    }
}
