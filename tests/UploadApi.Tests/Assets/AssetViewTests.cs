using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Profiles;
using Pipeline.Contracts;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

public sealed class AssetViewTests : IDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Only_what_moves_is_called_animated()
    {
        var asset = await _room.AddReadyAsync(r => r with { Frames = 9, Variants = [r.Variants[0], r.Variants[1] with { Animated = true }] });

        var variants = Json(await _room.RowAsync(asset.Id)).GetProperty("variants");

        variants[0].TryGetProperty("animated", out _).ShouldBeFalse();
        variants[1].GetProperty("animated").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Focal_point_and_hash_are_shown_where_there_are_any()
    {
        var asset = await _room.AddReadyAsync();
        Json(asset).TryGetProperty("focalPoint", out _).ShouldBeFalse();
        await _room.ChangeAsync(asset.Id, a => a.Focus(new FocalPoint { X = 0.1, Y = 1 }, _room.Now));

        var json = Json(await _room.RowAsync(asset.Id), StaleReason.Engine);

        json.GetProperty("focalPoint").GetRawText().ShouldBe("""{"x":0.1,"y":1}""");
        json.GetProperty("perceptualHash").GetString().ShouldBe("00000000000000aa");
        json.GetProperty("stale").GetBoolean().ShouldBeTrue();
        json.GetProperty("staleReason").GetString().ShouldBe("engine");
    }

    [Fact]
    public async Task A_row_from_before_animations_is_still_read()
    {
        var asset = await _room.AddReadyAsync();
        await using (var db = _room.Open())
        {
            var changed = await db.Database.ExecuteSqlAsync(
                $"UPDATE assets SET Publication = replace(Publication, ',\"animated\":false', '') WHERE Publication LIKE '%animated%'");
            changed.ShouldBe(1);
        }

        (await _room.RowAsync(asset.Id)).Publication.ShouldNotBeNull().Variants.ShouldBe(asset.Publication!.Variants);
    }

    private JsonElement Json(Asset asset, StaleReason? stale = null) => JsonSerializer.SerializeToElement(AssetView.Of(asset, _room.Areas(), stale), Web);
}
