using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

/// <summary>The objects in the bucket at the end.</summary>
[Collection(ProductionServersTests.Name)]
public sealed class StoredPhotoTests(ProductionServers servers)
{
    [Fact]
    public async Task A_phone_photo_lies_in_the_bucket_upright_bare_and_ready_to_be_served_for_ever()
    {
        using var alice = servers.Person("alice");
        var asset = await alice.TerminalAsync(await alice.UploadAsync(CameraPhoto.Bytes));
        asset.Text("status").ShouldBe("ready");
        VariantCheck.AreAllSizes(asset);

        using var bucket = new Bucket();
        using var photos = new Photos();
        (await bucket.KeysAsync(ObjectKey.VariantsOf(asset.Id))).ShouldBe(Bucket.KeysOf(asset), ignoreOrder: true);
        foreach (var variant in asset.Json["variants"]!.AsArray())
        {
            var stored = await bucket.ReadAsync(variant!["key"]!.GetValue<string>());
            stored.ContentType.ShouldBe($"image/{variant["format"]}");
            stored.CacheControl.ShouldBe("public, max-age=31536000, immutable");
            stored.Bytes.LongLength.ShouldBe(variant["bytes"]!.GetValue<long>());
            VariantCheck.IsUprightAndBare(variant, stored.Bytes, photos);
        }
    }
}
