using System.Security.Cryptography;

namespace Pipeline.EndToEnd;

/// <summary>A large photo in parts, to the embedded server.</summary>
public sealed class PartedUploadTests
{
    [Fact]
    public async Task A_photo_of_more_than_16_mib_comes_in_parts_and_becomes_ready_also_over_a_crash()
    {
        await using var server = await Server.StartAsync(PartedPhoto.Settings);
        using var alice = await server.PersonAsync();
        var (id, _) = await PartedPhoto.SendAsync(alice);

        await server.KillAsync();
        await server.StartAgainAsync();
        using var again = await server.PersonAsync();
        (await again.GetAsync($"/api/upload/multipart/{id}")).Json["missing"]!.AsArray().ShouldBeEmpty("the parts survive the crash");

        var asset = await PartedPhoto.CompleteAsync(again, id);
        (asset.Text("status"), asset.Text("size"), asset.Text("sha256")).ShouldBe(
            ("ready", $"{PartedPhoto.Bytes.Length}", Convert.ToHexStringLower(SHA256.HashData(PartedPhoto.Bytes))));
        Directory.GetFileSystemEntries(Path.Combine(server.DataFolder, "objects", "~multipart")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Other_bytes_than_the_announced_ones_are_rejected_by_the_worker()
    {
        await using var server = await Server.StartAsync(PartedPhoto.Settings);
        using var alice = await server.PersonAsync();
        var (id, _) = await PartedPhoto.SendAsync(alice, sha256: new string('0', 64));

        var asset = await PartedPhoto.CompleteAsync(alice, id);

        (asset.Text("status"), asset.Json["rejection"]!["code"]!.ToString()).ShouldBe(("rejected", "changed_after_confirm"));
        asset.Json["rejection"]!["reason"]!.ToString().ShouldContain("SHA-256");
    }
}
