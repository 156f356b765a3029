using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Pipeline.Storage.Disk;
using Pipeline.Storage.Tests.Contract;
using Pipeline.TestKit;

namespace Pipeline.Storage.Tests.Disk;

public sealed class DiskObjectStoreTests : ObjectStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly DiskObjectStore _store;

    public DiskObjectStoreTests() => _store = Open();

    protected override IObjectStore Store => _store;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_entity_tag_is_the_first_half_of_the_bytes_sha256()
    {
        var etag = await Put(Key("a"), "hello");

        etag.ShouldBe(Convert.ToHexStringLower(SHA256.HashData("hello"u8))[..32]);
    }

    [Fact]
    public async Task A_person_can_open_the_blob_by_its_extension()
    {
        var key = ObjectKey.Parse("assets/1/w640.jpg");
        await Put(key, "pixels");

        var blob = Directory.GetFiles(_folder["assets/1"], "w640~*.jpg").ShouldHaveSingleItem();
        (await File.ReadAllTextAsync(blob)).ShouldBe("pixels");
    }

    [Fact]
    public async Task An_object_tells_when_it_was_written()
    {
        _time.Advance(TimeSpan.FromHours(1));
        await Put(Key("a"), "x");

        (await Store.HeadAsync(Key("a"), default)).ShouldNotBeNull().LastModified.ShouldBe(_time.GetUtcNow());
    }

    [Fact]
    public async Task Replacing_failing_and_deleting_leave_no_file_behind()
    {
        await Put(Key("a/b.jpg"), "one");
        await Put(Key("a/b.jpg"), "two");
        Files().Count.ShouldBe(2);
        await Should.ThrowAsync<IOException>(() => Store.WriteAsync(Key("a/b.jpg"), new MemoryStream(), 1, Jpeg, default));
        await Should.ThrowAsync<InvalidDataException>(() => Store.WriteAsync(Key("c"), new MemoryStream([1, 2]), 1, Jpeg, default));
        await Store.WriteAsync(Key("a/b.jpg"), new MemoryStream([1]), 1, Jpeg with { IfAbsent = true }, default);
        Files().Count.ShouldBe(2);

        await Store.DeleteAsync(Key("a/b.jpg"), default);

        Files().ShouldBeEmpty();
        Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).ShouldBe(["~tmp"]);
    }

    [Fact]
    public async Task What_a_crashed_process_had_in_hand_is_removed_at_the_next_start()
    {
        var dead = Directory.CreateDirectory(_folder["~tmp/0123456789abcdef"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(dead, "draft"), "half an obj");
        await File.WriteAllTextAsync(dead + ".lock", "");

        using var next = Open();

        Directory.Exists(dead).ShouldBeFalse();
        File.Exists(dead + ".lock").ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_living_process_has_in_hand_is_left_alone()
    {
        var content = new PausedStream("slow bytes"u8.ToArray());
        var write = Store.WriteAsync(Key("slow"), content, 10, Jpeg, default);
        await content.Reached;

        using (var second = Open())
        using (var third = Open())
        {
            content.Go();
            (await write).ShouldBeOfType<WriteResult.Written>();
        }

        (await Text(Key("slow"))).ShouldBe("slow bytes");
    }

    [Fact]
    public async Task A_crash_before_the_commit_leaves_the_old_version_and_no_stray_blob()
    {
        await Put(Key("a.jpg"), "old");
        var stray = BlobOf("a.jpg", "00000000000000aa");
        await File.WriteAllTextAsync(stray, "new, never committed");
        await Crash("a.jpg", "00000000000000aa", VersionOf("a.jpg"));

        using var next = Open();

        File.Exists(stray).ShouldBeFalse();
        (await Text(Key("a.jpg"))).ShouldBe("old");
    }

    [Fact]
    public async Task A_crash_after_the_commit_leaves_the_new_version_and_no_stray_blob()
    {
        await Put(Key("a.jpg"), "new");
        var stray = BlobOf("a.jpg", "00000000000000aa");
        await File.WriteAllTextAsync(stray, "old, superseded");
        await Crash("a.jpg", VersionOf("a.jpg"), "00000000000000aa");

        using var next = Open();

        File.Exists(stray).ShouldBeFalse();
        (await Text(Key("a.jpg"))).ShouldBe("new");
    }

    [Fact]
    public async Task A_crash_in_the_middle_of_a_delete_leaves_no_bytes_of_the_deleted()
    {
        await Put(Key("a.jpg"), "private");
        await Crash("a.jpg", VersionOf("a.jpg"));
        File.Delete(Manifest("a.jpg"));

        using var next = Open();

        Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_crash_after_the_manifest_of_the_deleted_was_moved_away_leaves_no_bytes_of_it()
    {
        await Put(Key("a.jpg"), "private");
        Directory.CreateDirectory(_folder["~tmp/0123456789abcdef"]);
        File.Move(Manifest("a.jpg"), _folder["~tmp/0123456789abcdef/x.deleted"]);

        using var next = Open();

        Files().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_delete_that_crashed_takes_nothing_of_what_was_written_since()
    {
        await Put(Key("a.jpg"), "old");
        Directory.CreateDirectory(_folder["~tmp/0123456789abcdef"]);
        File.Move(Manifest("a.jpg"), _folder["~tmp/0123456789abcdef/x.deleted"]);
        await Put(Key("a.jpg"), "new");

        using var next = Open();

        (await Text(Key("a.jpg"))).ShouldBe("new");
        Files().Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_crash_while_the_intent_was_written_harms_nothing()
    {
        await Put(Key("a.jpg"), "kept");
        var dead = Directory.CreateDirectory(_folder["~tmp/0123456789abcdef"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(dead, "x.intent"), "{\"key\":");

        using var next = Open();

        (await Text(Key("a.jpg"))).ShouldBe("kept");
        Directory.Exists(dead).ShouldBeFalse();
    }

    [Fact]
    public async Task A_blob_that_was_lost_or_cut_is_an_error_and_not_a_missing_object()
    {
        await Put(Key("cut"), "hello");
        await File.WriteAllTextAsync(BlobOf("cut", VersionOf("cut")), "hell");
        await Put(Key("lost"), "hello");
        File.Delete(BlobOf("lost", VersionOf("lost")));

        await Should.ThrowAsync<InvalidDataException>(() => Store.ReadAsync(Key("cut"), null, default));
        await Should.ThrowAsync<IOException>(() => Store.ReadAsync(Key("lost"), null, default));
    }

    [Fact]
    public async Task A_blob_that_rotted_is_not_copied_under_its_old_entity_tag()
    {
        var etag = await Put(Key("from"), "hello");
        await File.WriteAllTextAsync(BlobOf("from", VersionOf("from")), "jello");

        await Should.ThrowAsync<ChecksumMismatchException>(() => Store.CopyAsync(Key("from"), Key("to"), etag, Jpeg, default));
        (await Store.HeadAsync(Key("to"), default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_manifest_of_another_key_is_an_error_so_that_case_insensitive_disks_mix_nothing_up()
    {
        await Put(Key("a"), "x");
        File.Copy(Manifest("a"), Manifest("b"));

        await Should.ThrowAsync<InvalidDataException>(() => Store.HeadAsync(Key("b"), default));
    }

    [Fact]
    public async Task A_list_enters_no_folder_that_cannot_match()
    {
        await Put(Key("in/a"), "x");
        await Put(Key("out/a"), "x");
        await File.WriteAllTextAsync(Manifest("out/a"), "not a manifest: whoever reads this has walked too far");

        var keys = new List<ObjectKey>();
        await foreach (var info in Store.ListAsync(Key("in").Value, default)) keys.Add(info.Key);

        keys.ShouldBe([Key("in/a")]);
    }

    [Fact]
    public async Task Foreign_files_in_the_root_are_not_objects()
    {
        await Put(Key("a"), "x");
        await File.WriteAllTextAsync(_folder["notes.txt"], "");
        await File.WriteAllTextAsync(_folder[".hidden~meta"], "");
        Directory.CreateDirectory(_folder["lost+found"]);

        var keys = new List<ObjectKey>();
        await foreach (var info in Store.ListAsync("", default)) keys.Add(info.Key);

        keys.ShouldBe([Key("a")]);
    }

    [Fact]
    public async Task Objects_are_there_after_a_restart()
    {
        await Put(Key("a"), "kept");
        _store.Dispose();

        using var next = Open();

        (await next.HeadAsync(Key("a"), default)).ShouldNotBeNull().Size.ShouldBe(4);
        Directory.GetDirectories(_folder["~tmp"]).ShouldHaveSingleItem();
    }

    private DiskObjectStore Open() => new(Options.Create(new DiskStorageOptions { Root = _folder.Path }), _time);

    private List<string> Files() => [.. Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal))];

    private DiskLayout Layout => new(_folder.Path);

    private string Manifest(string name) => Layout.Manifest(Key(name));

    private string BlobOf(string name, string version) => Layout.Blob(Key(name), version);

    private string VersionOf(string name) => DiskManifest.ReadAsync(Layout, Key(name), default).Result!.Version;

    private async Task Crash(string name, params string[] versions)
    {
        Directory.CreateDirectory(_folder["~tmp/0123456789abcdef"]);
        await new WriteIntent(Key(name).Value, versions).WriteAsync(_folder["~tmp/0123456789abcdef/x.intent"]);
    }

    /// <summary>Waits before its first byte until the test releases it.</summary>
    private sealed class PausedStream(byte[] bytes) : MemoryStream(bytes)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Go() => _go.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reached.TrySetResult();
            await _go.Task;
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
