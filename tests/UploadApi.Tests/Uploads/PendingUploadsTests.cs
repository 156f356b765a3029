using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Uploads;

namespace Pipeline.UploadApi.Tests.Uploads;

/// <summary>Ten unconfirmed files of 10 MiB a minute are 150 GB a day, so pending uploads are limited for each owner.</summary>
public sealed class PendingUploadsTests : IDisposable
{
    private const long TenMebibytes = 10L * 1024 * 1024;
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task An_owner_may_have_a_batch_of_a_hundred_of_the_largest_files_pending_and_another_begun()
    {
        for (var i = 0; i < 200; i++) (await PresignAsync(size: TenMebibytes)).Status.ShouldBe(200);

        (await PresignAsync(size: 1)).Status.ShouldBe(429);
    }

    [Fact]
    public async Task One_upload_more_than_an_owner_may_have_pending_is_refused_and_told_what_is_left()
    {
        _room.Uploads.PendingPerOwner = 3;
        _room.Uploads.PendingSeconds = 1000;
        foreach (var _ in Enumerable.Range(0, 3)) (await PresignAsync(size: 5)).Status.ShouldBe(200);
        _room.Time.Advance(TimeSpan.FromSeconds(100));

        var refused = await PresignAsync(size: 5);

        (refused.Status, refused.Code).ShouldBe((429, "too_many_pending"));
        refused.RetryAfter.ShouldBe("900", "when the oldest expires");
        refused.Extension("limit").ShouldBe("{ uploads = 3, bytes = 2147483648 }");
        refused.Extension("used").ShouldBe("{ uploads = 3, bytes = 15 }");
        refused.Extension("remaining").ShouldBe("{ uploads = 0, bytes = 2147483633 }");
        (await PresignAsync("bob", 5)).Status.ShouldBe(200, "another's share is another's");
    }

    [Fact]
    public async Task Ten_unconfirmed_uploads_of_ten_mebibytes_are_not_all_taken_where_fewer_bytes_may_be_pending()
    {
        _room.Uploads.PendingBytesPerOwner = 5 * TenMebibytes;
        var answers = new List<Presigned>();
        for (var i = 0; i < 10; i++) answers.Add(await PresignAsync(size: TenMebibytes));

        answers.Select(a => a.Status).ShouldBe([200, 200, 200, 200, 200, 429, 429, 429, 429, 429]);
        answers[^1].Extension("remaining").ShouldBe("{ uploads = 195, bytes = 0 }");
    }

    [Fact]
    public async Task What_is_confirmed_deleted_or_expired_frees_its_share()
    {
        _room.Uploads.PendingPerOwner = 1;
        var confirmed = (await PresignAsync()).Id;
        (await PresignAsync()).Status.ShouldBe(429);
        await _room.ChangeAsync(confirmed, a => a.Confirm(Some.ETag, null, _room.Now));

        var deleted = (await PresignAsync()).Id;
        (await PresignAsync()).Status.ShouldBe(429);
        await _room.ChangeAsync(deleted, a => a.Delete(_room.Now));

        (await PresignAsync()).Status.ShouldBe(200);
        (await PresignAsync()).Status.ShouldBe(429);
        _room.Time.Advance(TimeSpan.FromSeconds(_room.Uploads.PendingSeconds));
        await _room.ExpireAsync();
        (await PresignAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Bytes_that_arrived_and_were_never_confirmed_go_when_their_upload_expires()
    {
        _room.Uploads.PendingPerOwner = 1;
        var left = await _room.RowAsync((await PresignAsync()).Id);
        await _room.PutAsync(left.IncomingKey);
        _room.Time.Advance(TimeSpan.FromSeconds(_room.Uploads.PendingSeconds));

        await _room.ExpireAsync();
        await _room.TidyAsync();

        (await _room.KeysAsync()).ShouldBeEmpty();
        (await PresignAsync()).Status.ShouldBe(200);
    }

    [Fact]
    public void Fewer_pending_bytes_than_the_largest_file_are_a_fault_of_the_configuration()
    {
        var options = new UploadOptions { MaxBytes = 10, PendingBytesPerOwner = 9 };

        options.Validate(new(options)).ShouldHaveSingleItem().ErrorMessage.ShouldNotBeNull().ShouldContain("`Uploads:PendingBytesPerOwner`");
    }

    private async Task<Presigned> PresignAsync(string user = Some.Owner, long size = 3)
    {
        await using var db = _room.Open();
        var options = Options.Create(_room.Uploads);
        var address = new ApiAddress(Options.Create(new ApiOptions { PublicUrl = new Uri("http://localhost:4000") }));
        var result = await new PresignEndpoint(_room.Issue(db), new SignUploadAgain(new AssetStore(db), _room.Urls()), options, address, _room.Time).HandleAsync(new PresignRequest("cat.jpg", "image/jpeg", size), Some.User(user), default);
        return await Presigned.OfAsync(result);
    }

    private sealed record Presigned(int Status, string? RetryAfter, object? Value)
    {
        public Guid Id => Value.ShouldBeOfType<PresignResponse>().Id;

        public string? Code => Extension("code");

        public string? Extension(string name) => Value.ShouldBeOfType<ProblemDetails>().Extensions[name]?.ToString();

        public static async Task<Presigned> OfAsync(IResult result)
        {
            var http = new DefaultHttpContext { RequestServices = new NoServices(), Response = { Body = Stream.Null } };
            await result.ExecuteAsync(http);
            return new Presigned(http.Response.StatusCode, http.Response.Headers.RetryAfter, (result as IValueHttpResult)?.Value);
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(Microsoft.Extensions.Logging.ILoggerFactory) ? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance : null;
    }
}
