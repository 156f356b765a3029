using System.Net;
using Microsoft.Extensions.Options;
using Pipeline.Storage.Disk;
using Pipeline.Storage.Tests.Contract;

namespace Pipeline.Storage.Tests.Disk;

public sealed class DiskMultipartUploadsTests : MultipartUploadsContract, IAsyncLifetime
{
    private static readonly ObjectKey Photo = ObjectKey.Parse("uploads/ada/1-00ff.jpg");
    private static readonly WriteOptions Jpeg = new() { ContentType = "image/jpeg" };
    private readonly DiskHost _host = new();

    protected override IMultipartUploads Uploads => _host.Multipart;

    protected override IUploadSigner Signer => _host.Areas.Signer;

    protected override IObjectStore Store => _host.Areas.Incoming;

    private string Folder => Path.Combine(_host.Root, "~multipart");

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Parts_survive_a_restart_and_half_made_folders_do_not()
    {
        var id = await Uploads.CreateAsync(Photo, Jpeg, default);
        await _host.Multipart.WritePartAsync(new DiskPart(Photo, id, 1, 3), new MemoryStream([1, 2, 3]), _host.Time.GetUtcNow().AddMinutes(1), default);
        Directory.CreateDirectory(Path.Combine(Folder, "00ff00ff00ff00ff.unfinished"));
        File.WriteAllText(Path.Combine(Folder, id, "00aa00aa00aa00aa"), "the beginning of a part of a process that was killed");

        using var store = new DiskObjectStore(Options.Create(_host.Options), _host.Time);
        using var again = new DiskMultipartUploads(store, Options.Create(_host.Options), _host.Time);

        Directory.GetDirectories(Folder).Select(Path.GetFileName).ShouldBe([id]);
        var parts = (await again.ListPartsAsync(Photo, id, default)).ShouldNotBeNull();
        (await again.CompleteAsync(Photo, id, parts, default)).ShouldBe(CompletionResult.Completed);
        (await store.HeadAsync(Photo, default))!.Size.ShouldBe(3);
        Directory.GetFileSystemEntries(Folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_that_comes_too_late_or_breaks_off_is_not_stored()
    {
        var id = await Uploads.CreateAsync(Photo, Jpeg, default);
        var part = new DiskPart(Photo, id, 1, 3);

        await Should.ThrowAsync<CommitTooLateException>(() => _host.Multipart.WritePartAsync(part, new MemoryStream([1, 2, 3]), _host.Time.GetUtcNow(), default));
        await Should.ThrowAsync<EndOfStreamException>(() => _host.Multipart.WritePartAsync(part, new MemoryStream([1, 2]), _host.Time.GetUtcNow().AddMinutes(1), default));

        (await Uploads.ListPartsAsync(Photo, id, default)).ShouldBe([]);
        Directory.GetFiles(Path.Combine(Folder, id)).Select(Path.GetFileName).ShouldBe(["upload.json"]);
    }

    [Fact]
    public async Task A_url_of_a_part_expires_and_cannot_be_changed_in_any_field()
    {
        using var http = new HttpClient();
        var id = await Uploads.CreateAsync(Photo, Jpeg, default);
        var url = Signer.SignPart(Photo, id, 1, 3, TimeSpan.FromMinutes(5)).Url;
        var query = url.Query.TrimStart('?').Split('&');

        foreach (var changed in query.SelectMany((field, at) => (string[])[
            string.Join('&', query.Where((_, index) => index != at)),
            string.Join('&', [.. query, field]),
            string.Join('&', query.Select((f, index) => index == at ? f[..^1] + (f[^1] == '0' ? '1' : '0') : f))]).Append(string.Join('&', [.. query, "more=1"])))
            (await http.PutAsync(new Uri(url, $"?{changed}"), new ByteArrayContent([1, 2, 3]))).StatusCode.ShouldBe(HttpStatusCode.Forbidden, changed);
        _host.Time.Advance(TimeSpan.FromMinutes(5));
        (await http.PutAsync(url, new ByteArrayContent([1, 2, 3]))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await Uploads.ListPartsAsync(Photo, id, default)).ShouldBe([]);
    }

    [Fact]
    public async Task The_store_lists_no_parts_as_objects()
    {
        var id = await Uploads.CreateAsync(Photo, Jpeg, default);
        await _host.Multipart.WritePartAsync(new DiskPart(Photo, id, 1, 3), new MemoryStream([1, 2, 3]), _host.Time.GetUtcNow().AddMinutes(1), default);

        (await Store.ListAsync("", default).ToListAsync()).ShouldBeEmpty();
    }
}
