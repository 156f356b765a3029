using System.Security.Cryptography;

namespace Pipeline.EndToEnd.Production;

/// <summary>The same on both hosts, with parts on the real object store.</summary>
[Collection(ProductionServersTests.Name)]
public sealed class PartedUploadTests(ProductionServers servers)
{
    [Fact]
    public async Task A_photo_of_more_than_16_mib_comes_in_parts_and_becomes_ready()
    {
        await using var api = await servers.StartTemporaryApiAsync(PartedPhoto.Settings);
        using var alice = api.Person("alice");
        using var bucket = new Bucket();
        var (id, key) = await PartedPhoto.SendAsync(alice);
        (await bucket.OpenUploadsAsync(key)).Count.ShouldBe(1);

        var asset = await PartedPhoto.CompleteAsync(alice, id);

        (asset.Text("status"), asset.Text("size"), asset.Text("sha256")).ShouldBe(
            ("ready", $"{PartedPhoto.Bytes.Length}", Convert.ToHexStringLower(SHA256.HashData(PartedPhoto.Bytes))));
        (await bucket.OpenUploadsAsync(key)).ShouldBeEmpty();
        (await bucket.ReadAsync(Bucket.KeysOf(asset)[0])).Bytes.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_deleted_asset_leaves_no_open_upload()
    {
        await using var api = await servers.StartTemporaryApiAsync(PartedPhoto.Settings);
        using var alice = api.Person("alice");
        using var bucket = new Bucket();
        var (id, key) = await PartedPhoto.SendAsync(alice);

        (await alice.DeleteAsync($"/api/assets/{id}")).Status.ShouldBe(204);

        await Eventually.True(async () => (await bucket.OpenUploadsAsync(key)).Count == 0, "the cleanup aborts the upload");
    }
}
