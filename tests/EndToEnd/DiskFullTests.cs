namespace Pipeline.EndToEnd;

/// <summary>Database, objects and work folder of the embedded server on one full disk: filled by uploads, or by another program to the last byte.</summary>
public sealed class DiskFullTests : IDisposable
{
    private const int Reserve = 16;
    private readonly SmallDisk _disk = new(megabytes: 64);

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task On_a_disk_without_a_byte_left_uploads_are_refused_deletes_work_and_nothing_is_lost()
    {
        await using var server = await StartAsync();
        using var alice = await server.PersonAsync();
        var (confirmed, deleted, left) = (await PutAsync(alice), await PutAsync(alice), await PutAsync(alice));
        _disk.Fill();

        var refused = await alice.PresignAsync("photo.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        (refused.Status, refused.Text("code")).ShouldBe((507, "insufficient_storage"));
        var put = await Person.PutAsync(left, CameraPhoto.Bytes);
        put.Status.ShouldBe(507);
        put.Body.ShouldContain("<Reason>insufficient_storage</Reason>");
        await Eventually.True(async () => (await alice.GetAsync("/health/ready")).Status == 503, "the disk has been looked at again");
        (await alice.GetAsync("/health/ready")).Json["reasons"]!["disk"]!.GetValue<string>().ShouldContain($"less than {Reserve} MiB are free, so uploads are refused");

        (await alice.ConfirmAsync(confirmed.Id)).Status.ShouldBe(202);
        (await alice.DeleteAsync($"/api/assets/{deleted.Id}")).Status.ShouldBe(204);
        await Eventually.True(() => Objects(deleted).Length == 0, "what was deleted gives its room back");

        _disk.Empty();
        (await alice.TerminalAsync(confirmed.Id)).Text("status").ShouldBe("ready");
        (await alice.PresignAsync("photo.jpg", "image/jpeg", 10)).Status.ShouldBe(200);
        await Eventually.True(async () => (await alice.GetAsync("/health/ready")).Status == 200, "the server is ready again");
        Drafts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Storage__Disk__Root")]
    [InlineData("Processor__Work__Folder")]
    public async Task A_worker_without_room_tries_again_and_blames_no_file(string onTheDisk)
    {
        await using var server = await Server.StartAsync(
            (onTheDisk, _disk["full"]), ("Storage__Disk__ReserveMegabytes", $"{Reserve}"), ("Dispatch__RetryMinSeconds", "1"), ("Dispatch__RetryMaxSeconds", "2"), ("Dispatch__MaxAttempts", "100"));
        using var alice = await server.PersonAsync();
        var upload = await PutAsync(alice);
        _disk.Fill();

        (await alice.ConfirmAsync(upload.Id)).Status.ShouldBe(202);
        await Eventually.True(async () => (await alice.TimelineKindsAsync(upload.Id)).Contains("attempt_failed"), "a worker has tried without room");
        (await alice.AssetAsync(upload.Id)).Json["failure"]!["code"]!.GetValue<string>().ShouldBe("storage_unavailable");

        _disk.Empty();
        (await alice.TerminalAsync(upload.Id)).Text("status").ShouldBe("ready");
    }

    [Fact]
    public async Task Uploads_alone_never_break_into_the_reserve()
    {
        await using var server = await StartAsync(("Uploads__MaxBytes", "4000000"));
        using var alice = await server.PersonAsync();
        var bytes = new byte[4_000_000];
        var presigned = new List<Answer>();
        for (var i = 0; i < 20; i++) presigned.Add(await alice.PresignAsync("photo.jpg", "image/jpeg", bytes.Length));

        var statuses = await Task.WhenAll(presigned.Select(async one => (await Person.PutAsync(one, bytes)).Status));

        statuses.Distinct().Order().ShouldBe([200, 507]);
        new DriveInfo(_disk["data"]).AvailableFreeSpace.ShouldBeGreaterThan((Reserve - 3) * 1024L * 1024, "but for the piece that each has in hand");
        Drafts().ShouldBeEmpty();
    }

    private Task<Server> StartAsync(params (string Name, string Value)[] settings) => Server.StartAsync(
        [("Data__Folder", _disk["data"]), ("Storage__Disk__ReserveMegabytes", $"{Reserve}"), ("Dispatch__RetryMinSeconds", "1"), ("Dispatch__RetryMaxSeconds", "2"), ("Dispatch__MaxAttempts", "100"), .. settings]);

    private static async Task<Answer> PutAsync(Person alice)
    {
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", CameraPhoto.Bytes.Length);
        (await Person.PutAsync(presigned, CameraPhoto.Bytes)).Status.ShouldBe(200);
        return presigned;
    }

    private string[] Objects(Answer presigned) => Directory.GetFiles(
        _disk["data/objects"], Path.GetFileNameWithoutExtension(presigned.Text("key")) + "*", SearchOption.AllDirectories);

    private string[] Drafts() =>
        [.. Directory.GetFiles(_disk["data/objects/~tmp"], "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal))];
}
