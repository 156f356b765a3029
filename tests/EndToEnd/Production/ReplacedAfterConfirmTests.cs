using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

public sealed class ReplacedAfterConfirmTests
{
    [Fact]
    public async Task A_file_that_is_replaced_after_its_confirm_is_rejected_and_nothing_of_it_is_published()
    {
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartApiAsync();
        using var alice = servers.Person("alice");
        var other = PlainPhoto.Bytes.ToArray();
        other[^100] ^= 1;
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", other.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        (await Person.PutAsync(presigned, other)).Status.ShouldBe(200, "the URL is still valid");

        // The worker starts only now, so that it finds the other file only.
        await servers.StartWorkerAsync();
        var asset = await alice.TerminalAsync(presigned.Id);
        asset.Text("status").ShouldBe("rejected");
        asset.Json["rejection"]!["code"]!.GetValue<string>().ShouldBe("changed_after_confirm");
        using var bucket = new Bucket();
        (await bucket.KeysAsync(ObjectKey.VariantsOf(presigned.Id))).ShouldBeEmpty();
        (await bucket.KeysAsync(ObjectKey.OriginalsOf(presigned.Id))).ShouldBeEmpty();
    }

    /// <summary>
    /// This server ignores the condition of a copy, so a file that replaced the upload at the last moment was frozen instead of the scanned
    /// one.
    /// </summary>
    [Fact]
    public async Task A_file_that_is_replaced_between_its_scan_and_its_freezing_is_not_what_is_frozen()
    {
        await using var proxy = await StoreProxy.StartAsync();
        await using var servers = await ProductionServers.MakeAsync();
        await servers.StartApiAsync();
        using var alice = servers.Person("alice");
        var other = PlainPhoto.Bytes.ToArray();
        other[^100] ^= 1;
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", other.Length);
        (await Person.PutAsync(presigned, PlainPhoto.Bytes)).Status.ShouldBe(200);
        var replaced = 0;
        proxy.Answer = async (request, _) =>
        {
            if (!request.Headers.ContainsKey("x-amz-copy-source")) return null;
            (await Person.PutAsync(presigned, other)).Status.ShouldBe(200);
            replaced++;
            return null;
        };
        await servers.StartWorkerAsync(proxy.Setting);

        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        var asset = await alice.TerminalAsync(presigned.Id);
        replaced.ShouldBe(1);
        using var bucket = new Bucket();
        var originals = await bucket.KeysAsync(ObjectKey.OriginalsOf(presigned.Id));
        if (asset.Text("status") == "ready") (await bucket.ReadAsync(originals.Single())).Bytes.ShouldBe(PlainPhoto.Bytes);
        else asset.Json["rejection"]!["code"]!.GetValue<string>().ShouldBe("changed_after_confirm");
    }
}
