using System.Net;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pipeline.TestKit;

namespace Pipeline.Storage.Tests.Disk;

/// <summary>A reserve larger than any disk makes every disk count as full.</summary>
public sealed class DiskReserveTests : IAsyncLifetime
{
    private const int MoreThanThereIs = 1_000_000_000;
    private static readonly byte[] Photo = new byte[300_000];
    private static readonly WriteOptions Jpeg = new() { ContentType = "image/jpeg" };
    private readonly DiskHost _host = new();

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public void No_url_is_handed_out_where_the_reserve_would_be_broken_into()
    {
        _host.Options.ReserveMegabytes = MoreThanThereIs;

        Should.Throw<InsufficientStorageException>(() => Sign());
    }

    [Fact]
    public async Task A_put_is_answered_with_507_before_its_body_is_taken()
    {
        var url = Sign();
        _host.Options.ReserveMegabytes = MoreThanThereIs;
        using var http = new HttpClient();

        using var answer = await http.SendAsync(Put(url));

        answer.StatusCode.ShouldBe(HttpStatusCode.InsufficientStorage);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("<Reason>insufficient_storage</Reason>");
        _host.Drafts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_put_during_which_the_disk_fills_up_is_answered_with_507_and_leaves_nothing()
    {
        using var put = await SlowPut.BeginAsync(Sign(), Photo.Length);
        await put.SendAsync(Photo[..150_000]);
        await Eventually.True(() => _host.Drafts.Any(), "the server has begun to write");
        _host.Options.ReserveMegabytes = MoreThanThereIs;
        await put.SendAsync(Photo[150_000..]);

        (await put.AnswerAsync()).ShouldStartWith("HTTP/1.1 507 ");

        _host.Drafts.ShouldBeEmpty();
        (await _host.Areas.Incoming.HeadAsync(Key, default)).ShouldBeNull();
    }

    [Fact]
    public async Task The_holder_of_one_url_cannot_fill_the_disk_with_drafts_of_many_connections()
    {
        var url = Sign();
        var puts = new List<SlowPut>();
        for (var i = 0; i < 4; i++)
        {
            puts.Add(await SlowPut.BeginAsync(url, Photo.Length));
            await puts[i].SendAsync(Photo[..150_000]);
        }

        await Eventually.True(() => _host.Drafts.Count() == 4, "four are under way");
        using var http = new HttpClient();
        using var fifth = await http.SendAsync(Put(url));
        fifth.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        foreach (var put in puts)
        {
            await put.SendAsync(Photo[150_000..]);
            (await put.AnswerAsync()).ShouldStartWith("HTTP/1.1 200 ");
            put.Dispose();
        }

        using var later = await http.SendAsync(Put(url));
        later.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_the_server_does_itself_may_use_the_reserve_and_deletes_need_none()
    {
        _host.Options.ReserveMegabytes = MoreThanThereIs;

        await _host.Areas.Public.WriteAsync(Key, new MemoryStream(Photo), Photo.Length, Jpeg, default);
        await _host.Areas.Public.DeleteAsync(Key, default);

        (await _host.Areas.Public.HeadAsync(Key, default)).ShouldBeNull();
    }

    [Fact]
    public async Task Readiness_says_in_words_that_no_uploads_are_taken()
    {
        (await _host.Health.CheckHealthAsync()).Entries["disk"].Status.ShouldBe(HealthStatus.Healthy);
        _host.Options.ReserveMegabytes = MoreThanThereIs;

        var disk = (await _host.Health.CheckHealthAsync()).Entries["disk"];

        disk.Status.ShouldBe(HealthStatus.Unhealthy);
        disk.Data["reason"].ShouldBe("the disk is full: less than 1000000000 MiB are free, so uploads are refused; free space, or delete assets");
    }

    private static ObjectKey Key { get; } = ObjectKey.Parse("uploads/ada/photo.jpg");

    private Uri Sign() => _host.Areas.Signer.SignPut(Key, new UploadTerms { ContentType = "image/jpeg", Length = Photo.Length }, TimeSpan.FromMinutes(5)).Url;

    private static HttpRequestMessage Put(Uri url) =>
        new(HttpMethod.Put, url) { Content = new ByteArrayContent(Photo) { Headers = { { "Content-Type", "image/jpeg" } } } };
}
