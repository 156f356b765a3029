using System.Security.Cryptography;

namespace Pipeline.EndToEnd.Production;

/// <summary>An upload URL that is used more than once, as docs/configuration.md tells it.</summary>
[Collection(ProductionServersTests.Name)]
public sealed class UploadUrlTests(ProductionServers servers)
{
    [Fact]
    public async Task Of_two_files_that_are_put_before_the_confirm_the_last_is_processed()
    {
        using var alice = servers.Person("alice");
        var (first, last) = TwoFiles();
        var presigned = await alice.PresignAsync("drawing.png", "image/png", first.Length);
        (await Person.PutAsync(presigned, first)).Status.ShouldBe(200);
        (await Person.PutAsync(presigned, last)).Status.ShouldBe(200);
        await IsProcessedAsync(alice, presigned.Id, last);
    }

    [Fact]
    public async Task A_url_that_writes_once_refuses_a_second_file_and_the_first_is_processed()
    {
        var api = await servers.StartApiAsync(("Storage__S3__WriteOnce", "true"));
        using var alice = servers.Person("alice", api);
        var (first, last) = TwoFiles();
        var presigned = await alice.PresignAsync("drawing.png", "image/png", first.Length);
        presigned.Json["headers"]!["If-None-Match"]!.GetValue<string>().ShouldBe("*");
        (await Person.PutAsync(presigned, first)).Status.ShouldBe(200);
        (await Person.PutAsync(presigned, last)).Status.ShouldBe(412);
        await IsProcessedAsync(alice, presigned.Id, first);
    }

    private static async Task IsProcessedAsync(Person person, Guid id, byte[] file)
    {
        (await person.ConfirmAsync(id)).Status.ShouldBe(202);
        var asset = await person.TerminalAsync(id);
        asset.Text("status").ShouldBe("ready");
        asset.Text("sha256").ShouldBe(Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    // Of one length, since the URL binds that.
    private static (byte[] First, byte[] Last) TwoFiles()
    {
        using var photos = new Photos();
        byte[] Make(string colour) => File.ReadAllBytes(photos.Make(
            $"{colour}.png", "-size", "64x64", $"xc:{colour}", "-strip", "-define", "png:color-type=2", "-define", "png:compression-level=0"));
        var (first, last) = (Make("red"), Make("blue"));
        first.Length.ShouldBe(last.Length);
        return (first, last);
    }
}
