using System.Security.Cryptography;
using Npgsql;

namespace Pipeline.EndToEnd.Production;

/// <summary>An upload URL that is used more than once, see docs/configuration.md.</summary>
[Collection(ProductionServersTests.Name)]
public sealed class UploadUrlTests(ProductionServers servers)
{
    // Sweeps run late on a busy machine.
    private static readonly TimeSpan Sweeps = TimeSpan.FromMinutes(2);

    /// <summary>Ceph gives no reason, and a URL of one second lives only the rest of the second in which it was signed.</summary>
    [Fact]
    public async Task A_hundred_files_whose_urls_live_one_second_all_arrive_by_the_client()
    {
        await using var api = await servers.StartTemporaryApiAsync(("Uploads__UrlSeconds", "1"), ("Uploads__RateLimit__PerMinute", "1000"), ("RateLimits__SignAgainPerMinute", "100000"));
        using var alice = api.Person($"hasty-{Guid.NewGuid():N}");
        using var folder = new TempFolder();
        for (var i = 0; i < 100; i++) await File.WriteAllBytesAsync(folder[$"{i}.jpg"], RandomNumberGenerator.GetBytes(56_000));
        using var client = new Client.PipelineClient(api.Address, alice.Token);

        var files = await client.UploadAllAsync(Enumerable.Range(0, 100).Select(i => folder[$"{i}.jpg"]), new Client.UploadOptions { Wait = null });

        files.Where(file => file.Failure is not null).Select(file => file.Failure!.Message).ShouldBeEmpty();
    }

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
        await using var api = await servers.StartTemporaryApiAsync(("Storage__S3__WriteOnce", "true"));
        using var alice = api.Person("alice");
        var (first, last) = TwoFiles();
        var presigned = await alice.PresignAsync("drawing.png", "image/png", first.Length);
        presigned.Json["headers"]!["If-None-Match"]!.GetValue<string>().ShouldBe("*");
        (await Person.PutAsync(presigned, first)).Status.ShouldBe(200);
        (await Person.PutAsync(presigned, last)).Status.ShouldBe(412);
        await IsProcessedAsync(alice, presigned.Id, first);
    }

    /// <summary>
    /// After the cleanup of an upload its key is free again, and a URL that is still valid can write there even with WriteOnce. Such
    /// a late file is never confirmed or read, and the next cleanup deletes it.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_put_after_the_upload_was_tidied_is_never_processed_and_goes(bool writeOnce)
    {
        await using var api = writeOnce ? await servers.StartTemporaryApiAsync(("Storage__S3__WriteOnce", "true")) : null;
        using var alice = api?.Person("alice") ?? servers.Person("alice");
        using var bucket = new Bucket();
        var (first, last) = TwoFiles();
        EicarFile.Bytes.CopyTo(last, last.Length - EicarFile.Bytes.Length);
        var presigned = await alice.PresignAsync("drawing.png", "image/png", first.Length);
        var key = presigned.Text("key");
        (await Person.PutAsync(presigned, first)).Status.ShouldBe(200);
        await IsProcessedAsync(alice, presigned.Id, first);
        await Eventually.True(async () => (await bucket.KeysAsync(key)).Count == 0, "the upload is tidied", Sweeps);
        var before = await alice.TimelineKindsAsync(presigned.Id);

        (await Person.PutAsync(presigned, last)).Status.ShouldBe(200, "the name is free again");
        foreach (var body in new object[] { new { id = presigned.Id }, new { key } })
            (await alice.PostAsync("/api/upload/confirm", body)).Text("status").ShouldBe("ready");
        (await alice.TimelineKindsAsync(presigned.Id)).ShouldBe(before);

        (await alice.PostAsync($"/api/assets/{presigned.Id}/reprocess")).Status.ShouldBe(202);
        await Eventually.True(async () => (await alice.AssetAsync(presigned.Id)).Json["revision"]!.GetValue<int>() == 2, "it is made again", Sweeps);
        var again = await alice.AssetAsync(presigned.Id);
        again.Text("status").ShouldBe("ready");
        again.Text("sha256").ShouldBe(Hash(first), "it was made from what is frozen");
        await Eventually.True(async () => (await bucket.KeysAsync(key)).Count == 0, "what came late is removed", Sweeps);

        // The cleanup after the URL's end, which is due too late for a test.
        (await Person.PutAsync(presigned, last)).Status.ShouldBe(200);
        await using var rows = NpgsqlDataSource.Create(servers.Database.ConnectionString);
        await using var due = rows.CreateCommand("UPDATE assets SET \"TidyAt\" = now() WHERE \"Id\" = $1 AND \"TidyAt\" > \"UploadUrlExpiresAt\"");
        due.Parameters.AddWithValue(presigned.Id);
        (await due.ExecuteNonQueryAsync()).ShouldBe(1, "a look after the URL's end is planned");
        await Eventually.True(async () => (await bucket.KeysAsync(key)).Count == 0, "what came late is removed", Sweeps);
    }

    private static async Task IsProcessedAsync(Person person, Guid id, byte[] file)
    {
        (await person.ConfirmAsync(id)).Status.ShouldBe(202);
        var asset = await person.TerminalAsync(id);
        asset.Text("status").ShouldBe("ready");
        asset.Text("sha256").ShouldBe(Hash(file));
    }

    private static string Hash(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    // Of the same length, since the URL binds the length.
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
