using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary><c>pipeline upload --skip-existing</c> skips files that the server has, and sends files that it no longer has.</summary>
public sealed class SkipExistingTests : ScriptedApiTests
{
    [Fact]
    public async Task A_second_run_sends_only_what_the_first_one_did_not()
    {
        using var cancellationToken = new CancellationTokenSource();
        Api.OnPut = () => Api.Count("PUT") == 3 ? cancellationToken.CancelAsync() : Task.CompletedTask;
        var photos = Enumerable.Range(0, 5).Select(n => Run.Photo($"{n}.jpg", 1000 + n)).ToArray();
        (await Run.AgainstAsync(Api, cancellationToken.Token, ["upload", .. photos, "--concurrency", "1"])).ShouldBe(ExitCode.Interrupted);
        Api.OnPut = () => Task.CompletedTask;

        (await Run.AgainstAsync(Api, ["upload", .. photos, "--skip-existing"])).ShouldBe(ExitCode.Done);

        Api.Uploads.Values.Where(one => one.IsConfirmed).Select(one => one.Filename).Order(StringComparer.Ordinal).ShouldBe(["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg"]);
        Run.Out.ShouldMatch("0.jpg +[0-9a-f-]{36} +ready +already on the server");
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("failed")]
    [InlineData("rejected")]
    [InlineData("expired")]
    public async Task What_is_there_no_more_is_sent_again(string status)
    {
        var photo = Run.Photo();
        await Run.AgainstAsync(Api, "upload", photo);
        var first = Api.Uploads.Keys.Single();
        Api.Asset = upload => upload.Id == first ? new { upload.Id, status, size = 5000, upload.Sha256 } : ScriptedApi.Ready(upload);

        (await Run.AgainstAsync(Api, "upload", photo, "--skip-existing")).ShouldBe(ExitCode.Done);

        Api.Uploads.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData(null)]
    public async Task What_goes_between_the_list_and_the_look_is_sent_again(string? status)
    {
        var photo = Run.Photo();
        await Run.AgainstAsync(Api, "upload", photo);
        var first = Api.Uploads.Keys.Single();
        Api.Instead = context => context.Request.Path != $"/api/assets/{first}" ? null
            : status is null ? Results.Json(new { title = "No such asset", code = "not_found" }, statusCode: 404)
            : Results.Ok(new { id = first, status });

        (await Run.AgainstAsync(Api, "upload", photo, "--skip-existing")).ShouldBe(ExitCode.Done);

        Api.Uploads.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Other_bytes_of_the_same_length_and_name_are_sent()
    {
        var photo = Run.Photo();
        await Run.AgainstAsync(Api, "upload", photo);
        var bytes = await File.ReadAllBytesAsync(photo);
        bytes[^1]++;
        await File.WriteAllBytesAsync(photo, bytes);

        (await Run.AgainstAsync(Api, "upload", photo, "--skip-existing")).ShouldBe(ExitCode.Done);

        Api.Uploads.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_same_bytes_twice_in_one_run_are_sent_once()
    {
        string[] photos = [Run.Photo("a.jpg"), Run.Photo("b.jpg"), Run.Photo("c.jpg")];

        (await Run.AgainstAsync(Api, ["upload", .. photos, "--skip-existing", "--json"])).ShouldBe(ExitCode.Done);

        var id = Api.Uploads.Keys.ShouldHaveSingleItem();
        var uploads = Run.Document.GetProperty("uploads").EnumerateArray().ToList();
        uploads.ShouldAllBe(one => one.GetProperty("id").GetString() == id);
        uploads.Count(one => one.TryGetProperty("existing", out var existing) && existing.GetBoolean()).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_still_in_work_is_waited_for_and_not_sent()
    {
        var photo = Run.Photo();
        await Run.AgainstAsync(Api, "upload", photo, "--no-wait");
        Api.Asset = upload => upload.Looks < 3 ? new { upload.Id, status = "processing", size = 5000, upload.Sha256 } : ScriptedApi.Ready(upload);

        (await Run.AgainstAsync(Api, "upload", photo, "--skip-existing", "--ids")).ShouldBe(ExitCode.Done);

        Run.Out.ShouldEndWith($"{Api.Uploads.Keys.Single()}{Environment.NewLine}");
    }

    [Fact]
    public async Task Variants_of_another_profile_do_not_count()
    {
        var photo = Run.Photo();
        await Run.AgainstAsync(Api, "upload", photo);

        (await Run.AgainstAsync(Api, "upload", photo, "--skip-existing", "--profile", "web")).ShouldBe(ExitCode.Done);
        Api.Uploads.Count.ShouldBe(1);

        (await Run.AgainstAsync(Api, "upload", photo, "--skip-existing", "--profile", "avatar")).ShouldBe(ExitCode.Done);
        Api.Uploads.Count.ShouldBe(2);
    }

    [Fact]
    public async Task It_is_found_on_whichever_page_of_the_list_it_stands()
    {
        var photo = Run.Photo();
        await Run.AgainstAsync(Api, "upload", photo);
        for (var n = 1; n <= 250; n++)
            Api.Uploads[$"0190a5b2-7c3e-7000-9000-{n:x12}"] = new StoredUpload($"0190a5b2-7c3e-7000-9000-{n:x12}", "x.jpg", "image/jpeg", 5000, null, "00") { IsConfirmed = true };

        (await Run.AgainstAsync(Api, "upload", photo, "--skip-existing")).ShouldBe(ExitCode.Done);

        Api.Count("PUT").ShouldBe(1);
        Api.Count("GET /api/assets?").ShouldBe(3);
    }
}
