using Pipeline.Storage;

namespace Pipeline.EndToEnd.Production;

/// <summary>Infected files are kept or deleted, and their owner sees the reason.</summary>
[Collection(ProductionServersTests.Name)]
public sealed class QuarantineTests(ProductionServers shared)
{
    // Sweeps run by a timer, and late on a busy machine.
    private static readonly TimeSpan Sweeps = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_infected_file_is_deleted_or_kept_as_configured_and_its_owner_sees_only_code_and_signature(bool keep)
    {
        // Deleting is the default.
        await using var own = keep ? await ProductionServers.MakeAsync() : null;
        if (own is not null) await own.StartAsync(api: [], worker: [("Quarantine__Keep", "true")]);
        var servers = own ?? shared;
        using var alice = servers.Person($"alice-{Guid.NewGuid():N}");
        using var bucket = new Bucket();
        byte[] file = [.. PlainPhoto.Bytes, .. EicarFile.Bytes];
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", file.Length);
        (await Person.PutAsync(presigned, file)).Status.ShouldBe(200);
        (await alice.ConfirmAsync(presigned.Id)).Status.ShouldBe(202);

        var asset = await alice.TerminalAsync(presigned.Id);
        asset.Json["rejection"]!.AsObject().Select(p => p.Key).ShouldBe(["code", "reason"], ignoreOrder: true);
        asset.Json["rejection"]!["code"]!.GetValue<string>().ShouldBe("infected");
        asset.Json["rejection"]!["reason"]!.GetValue<string>().ShouldMatch(@"\AMalware was found: [\w.-]*Eicar[\w.-]*\.\z");
        foreach (var told in new[] { asset.Body, (await alice.GetAsync($"/api/assets/{asset.Id}/timeline")).Body, (await alice.GetAsync("/api/assets")).Body })
            foreach (var word in new[] { "quarantine", "uploads/", "originals/", "/source", "/tmp/" })
                told.ShouldNotContain(word);

        await Eventually.True(async () => (await bucket.KeysAsync(presigned.Text("key"))).Count == 0, "the upload is deleted", Sweeps);
        (await bucket.KeysAsync(ObjectKey.VariantsOf(asset.Id))).ShouldBeEmpty();
        (await bucket.KeysAsync(ObjectKey.OriginalsOf(asset.Id))).ShouldBeEmpty();
        if (!keep)
        {
            (await bucket.KeysAsync($"quarantine/{asset.Id}")).ShouldBeEmpty();
            return;
        }

        var kept = await bucket.ReadAsync($"quarantine/{asset.Id}");
        kept.Bytes.ShouldBe(file);
        kept.ContentType.ShouldBe("application/octet-stream");
        (await alice.DeleteAsync($"/api/assets/{asset.Id}")).Status.ShouldBe(204);
        await Eventually.True(async () => (await bucket.KeysAsync($"quarantine/{asset.Id}")).Count == 0, "it goes with the asset", Sweeps);
    }
}
