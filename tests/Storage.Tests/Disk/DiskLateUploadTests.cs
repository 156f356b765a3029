using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.Storage.Tests.Disk;

/// <summary>A slow upload that continued after its URL had expired was once stored after the last cleanup, and never deleted.</summary>
public sealed class DiskLateUploadTests : IAsyncLifetime
{
    private const int Length = 300_000;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private static readonly ObjectKey Key = ObjectKey.Parse("uploads/ada/slow.jpg");
    private readonly DiskHost _host = new();

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_put_that_ends_after_its_url_and_the_grace_is_refused_and_nothing_of_it_is_left()
    {
        var answer = await PutAsync(Life + DiskUploadSigner.Grace);

        answer.ShouldStartWith("HTTP/1.1 403 ");
        answer.ShouldContain("<Reason>too_late</Reason>");
        (await _host.Areas.Incoming.HeadAsync(Key, default)).ShouldBeNull();
        _host.Drafts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_put_that_ends_within_the_grace_is_stored()
    {
        (await PutAsync(Life + DiskUploadSigner.Grace - TimeSpan.FromSeconds(1))).ShouldStartWith("HTTP/1.1 200 ");

        (await _host.Areas.Incoming.HeadAsync(Key, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_late_put_does_not_replace_what_came_in_time()
    {
        await PutAsync(TimeSpan.Zero);
        var first = (await _host.Areas.Incoming.HeadAsync(Key, default)).ShouldNotBeNull();

        (await PutAsync(Life + DiskUploadSigner.Grace, filler: 7)).ShouldStartWith("HTTP/1.1 403 ");

        (await _host.Areas.Incoming.HeadAsync(Key, default)).ShouldNotBeNull().ETag.ShouldBe(first.ETag);
    }

    private async Task<string> PutAsync(TimeSpan takes, byte filler = 1)
    {
        var url = _host.Areas.Signer.SignPut(Key, new UploadTerms { ContentType = "image/jpeg", Length = Length }, Life).Url;
        var bytes = Enumerable.Repeat(filler, Length).ToArray();
        using var put = await SlowPut.BeginAsync(url, Length);
        await put.SendAsync(bytes[..150_000]);
        await Eventually.True(() => _host.Drafts.Any(), "the server has begun to write");
        _host.Time.Advance(takes);
        await put.SendAsync(bytes[150_000..]);
        return await put.AnswerAsync();
    }
}
