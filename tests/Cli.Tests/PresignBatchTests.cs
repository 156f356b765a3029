using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>Upload URLs are requested for many files at once, and again when they expire.</summary>
public sealed class PresignBatchTests : ScriptedApiTests
{
    private const string Presign = "POST /api/upload/presigned-urls";

    [Theory]
    [InlineData(1, 1)]
    [InlineData(13, 1)]
    [InlineData(100, 1)]
    [InlineData(250, 3)]
    public async Task Up_to_a_hundred_photos_are_one_request(int photos, int requests)
    {
        (await Run.AgainstAsync(Api, ["upload", .. Photos(photos), "--json"])).ShouldBe(ExitCode.Done);

        Api.Count(Presign).ShouldBe(requests);
        Api.Uploads.Count.ShouldBe(photos);
        Api.Uploads.Values.ShouldAllBe(one => one.IsConfirmed && one.Urls == 1 && !one.IsTemporary);
    }

    [Fact]
    public async Task Large_photos_are_signed_in_smaller_batches_so_that_no_url_waits_long()
    {
        string[] photos = [Sparse("a.jpg"), Sparse("b.jpg"), Sparse("c.jpg"), Sparse("d.jpg")];
        Api.Instead = context => context.Request.Method == "PUT" ? Results.StatusCode(403) : null;

        (await Run.AgainstAsync(Api, ["upload", .. photos, "--no-wait", "--concurrency", "1"])).ShouldBe(ExitCode.Unreachable);

        Api.Count(Presign).ShouldBe(2);
    }

    [Fact]
    public async Task Temporary_photos_are_announced_as_such()
    {
        (await Run.AgainstAsync(Api, ["upload", .. Photos(2), "--temporary"])).ShouldBe(ExitCode.Done);

        Api.Uploads.Values.ShouldAllBe(one => one.IsTemporary);
    }

    [Fact]
    public async Task Files_that_the_server_names_as_bad_are_reported_and_the_others_arrive()
    {
        Refuse(("2.jpg", "too_large", "At most 10 MB."), ("5.jpg", "unsupported_type", "This type is not accepted."));

        (await Run.AgainstAsync(Api, ["upload", .. Photos(7), "--json"])).ShouldBe(ExitCode.Refused);

        Api.Count(Presign).ShouldBe(2);
        var uploads = Uploads();
        uploads.Count(one => one.GetProperty("status").GetString() == "ready").ShouldBe(5);
        Error(uploads[2]).ShouldBe("too_large: At most 10 MB. [fileSize: has 1002 bytes]");
        Error(uploads[5]).ShouldBe("unsupported_type: This type is not accepted.");
    }

    [Fact]
    public async Task A_batch_of_nothing_but_bad_files_ends_after_one_request()
    {
        Refuse([.. Enumerable.Range(0, 4).Select(n => ($"{n}.jpg", "too_large", "At most 10 MB."))]);

        (await Run.AgainstAsync(Api, ["upload", .. Photos(4), "--json"])).ShouldBe(ExitCode.Refused);

        Api.Count(Presign).ShouldBe(1);
        Uploads().ShouldAllBe(one => one.GetProperty("error").GetProperty("code").GetString() == "too_large");
    }

    [Fact]
    public async Task Bad_files_are_also_known_by_their_fields()
    {
        Api.Instead = context => context.Request.Path != "/api/upload/presigned-urls" || Api.Count(Presign) > 1 ? null : Results.Json(
            new { detail = "Some files cannot be accepted.", code = "invalid_request", errors = new Dictionary<string, string[]> { ["files[1].fileSize"] = ["must be at most 10"] } },
            statusCode: 400);

        // One at a time: which of several files asks for the batch, and so begins it, is open.
        (await Run.AgainstAsync(Api, ["upload", .. Photos(3), "--json", "--concurrency", "1"])).ShouldBe(ExitCode.Refused);

        Error(Uploads()[1]).ShouldBe("invalid_request: fileSize: must be at most 10");
        Run.Document.GetProperty("ready").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_share_of_pending_uploads_that_is_smaller_than_a_batch_is_used_without_a_wait()
    {
        Api.Instead = context =>
        {
            if (context.Request.Path != "/api/upload/presigned-urls" || Files(context).Length <= 4) return null;
            context.Response.Headers.RetryAfter = "86400";
            return Results.Json(new { detail = "You have 0 uploads pending; at most 4 are allowed.", code = "too_many_pending" }, statusCode: 429);
        };

        (await Run.AgainstAsync(Api, ["upload", .. Photos(9), "--json", "--concurrency", "1"])).ShouldBe(ExitCode.Done);

        Run.Document.GetProperty("ready").GetInt32().ShouldBe(9);
        Run.Waits.ShouldAllBe(wait => wait < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_url_that_is_about_to_expire_is_signed_again_before_it_is_used()
    {
        Api.UrlSeconds = 1;
        Api.OnPut = () =>
        {
            Run.Clock.Advance(TimeSpan.FromSeconds(1));
            return Task.CompletedTask;
        };

        (await Run.AgainstAsync(Api, ["upload", .. Photos(30), "--concurrency", "1", "--no-wait"])).ShouldBe(ExitCode.Done);

        Api.Count(Presign).ShouldBe(1);
        Api.Count("PUT").ShouldBe(30);
        Api.Uploads.Values.OrderBy(one => one.Id).Select(one => one.Urls).ShouldBe([1, .. Enumerable.Repeat(2, 29)]);
    }

    [Theory]
    [InlineData("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")]
    [InlineData("<Error><Code>ExpiredRequest</Code></Error>")]
    public async Task A_url_that_the_store_calls_expired_is_signed_again_and_the_file_arrives(string body)
    {
        Api.Instead = context => context.Request.Method == "PUT" && context.Request.QueryString.Value!.EndsWith("&n=1", StringComparison.Ordinal)
            ? Results.Text(body, "application/xml", statusCode: 403) : null;

        (await Run.AgainstAsync(Api, ["upload", .. Photos(3)])).ShouldBe(ExitCode.Done);

        Api.Uploads.Values.ShouldAllBe(one => one.Urls == 2 && one.IsConfirmed);
    }

    [Fact]
    public async Task A_refusal_without_a_reason_counts_as_expired_once_the_url_is()
    {
        Api.UrlSeconds = 60;
        Api.Instead = context =>
        {
            if (context.Request.Method != "PUT" || Api.Count("PUT") > 1) return null;
            Run.Clock.Advance(TimeSpan.FromSeconds(61));
            return Results.StatusCode(403);
        };

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);

        Api.Uploads.Values.Single().Urls.ShouldBe(2);
    }

    [Fact]
    public async Task A_store_that_calls_every_url_expired_is_not_asked_for_ever()
    {
        Api.Instead = context => context.Request.Method == "PUT" ? Results.Text("<Error><Message>expired</Message></Error>", "application/xml", statusCode: 403) : null;

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Unreachable);

        Api.Count("PUT").ShouldBe(3);
        Run.Error.ShouldContain("The object store refused the bytes with status 403");
    }

    [Fact]
    public async Task An_upload_that_the_server_confirmed_by_itself_counts_as_sent()
    {
        Api.Instead = context => context.Request.Method == "PUT" ? Results.Text("<Error><Message>expired</Message></Error>", "application/xml", statusCode: 403)
            : context.Request.Path.Value!.EndsWith("/url", StringComparison.Ordinal) ? Results.Json(new { detail = "Confirmed.", code = "already_confirmed" }, statusCode: 409)
            : null;

        (await Run.AgainstAsync(Api, "upload", Run.Photo())).ShouldBe(ExitCode.Done);

        Api.Count("PUT").ShouldBe(1);
    }

    [Fact]
    public async Task Files_that_the_server_has_are_not_signed()
    {
        var photos = Photos(6);
        (await Run.AgainstAsync(Api, ["upload", .. photos.Take(4)])).ShouldBe(ExitCode.Done);

        (await Run.AgainstAsync(Api, ["upload", .. photos, "--skip-existing"])).ShouldBe(ExitCode.Done);

        Api.Uploads.Count.ShouldBe(6);
        Api.Count(Presign).ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_vanishes_before_its_turn_keeps_no_other_back()
    {
        var photos = Photos(5);
        Api.OnPut = () =>
        {
            File.Delete(photos[3]);
            return Task.CompletedTask;
        };

        (await Run.AgainstAsync(Api, ["upload", .. photos, "--json", "--concurrency", "1"])).ShouldBe(ExitCode.Refused);

        Run.Document.GetProperty("ready").GetInt32().ShouldBe(4);
        Error(Uploads()[3]).ShouldStartWith("unreadable: ");
    }

    /// <summary>Refuses these files by name, wherever they stand in the batch.</summary>
    private void Refuse(params (string Name, string Code, string Detail)[] bad) => Api.Instead = context =>
    {
        if (context.Request.Path != "/api/upload/presigned-urls") return null;
        var named = Files(context).Index().Join(bad, file => file.Item, one => one.Name, (file, one) => new { file.Index, one.Code, one.Detail, Number = one.Name[0] - '0' }).ToList();
        return named.Count == 0 ? null : Results.Json(
            new
            {
                detail = "Some files cannot be accepted.",
                code = "invalid_request",
                errors = named.Where(one => one.Code == "too_large").ToDictionary(one => $"files[{one.Index}].fileSize", one => new[] { $"has {1000 + one.Number} bytes" }),
                files = named,
            },
            statusCode: 400);
    };

    /// <summary>The names in a request, which is read again by the route.</summary>
    private static string[] Files(HttpContext context)
    {
        var body = new MemoryStream();
        context.Request.Body.CopyToAsync(body).GetAwaiter().GetResult();
        body.Position = 0;
        context.Request.Body = body;
        return [.. JsonElement.Parse(body.ToArray()).GetProperty("files").EnumerateArray().Select(file => file.GetProperty("filename").GetString()!)];
    }

    private List<JsonElement> Uploads() => [.. Run.Document.GetProperty("uploads").EnumerateArray()];

    private static string Error(JsonElement upload) => $"{upload.GetProperty("error").GetProperty("code").GetString()}: {upload.GetProperty("error").GetProperty("message").GetString()}";

    private string[] Photos(int count) => [.. Enumerable.Range(0, count).Select(n => Run.Photo($"{n}.jpg", 1000 + n))];

    /// <summary>A file of 100 MB that takes no space.</summary>
    private string Sparse(string name)
    {
        var path = Run.Photo(name);
        using var file = File.OpenWrite(path);
        file.SetLength(100_000_000);
        return path;
    }
}
