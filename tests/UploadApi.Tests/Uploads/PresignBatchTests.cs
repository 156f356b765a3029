using System.Text.Json.Nodes;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Uploads;

[Collection(ApiHostTests.Name)]
public sealed class PresignBatchTests(ApiHost api)
{
    private const string Route = "/api/upload/presigned-urls";
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_hundred_files_get_their_urls_in_the_order_of_the_request_for_one_request()
    {
        var answer = await SendAsync([.. Enumerable.Range(0, 100).Select(i => File($"{i}.jpg", size: i + 1))]);

        answer.Status.ShouldBe(200);
        answer.Headers["RateLimit-Remaining"].ShouldBe("9999");
        var uploads = answer.Json["uploads"]!.AsArray();
        uploads.Count.ShouldBe(100);
        uploads.Select(u => u!["key"]!.ToString()).Distinct().Count().ShouldBe(100);
        (await api.PutAsync(uploads[6]!["uploadUrl"]!.ToString(), new byte[7], "image/jpeg")).Status.ShouldBe(200);

        var batch = (await api.GetAsync($"/api/batches/{answer.Text("batchId")}", _user)).Json;
        (batch["status"]!.ToString(), batch["total"]!.GetValue<int>(), batch["byStatus"]!["pending"]!.GetValue<int>()).ShouldBe(("pending", 100, 100));
        batch["assets"]!.AsArray().Select(a => a!["filename"]!.ToString()).ShouldBe(Enumerable.Range(0, 100).Select(i => $"{i}.jpg"));
        batch["assets"]!.AsArray().Select(a => a!["id"]!.ToString()).ShouldBe(uploads.Select(u => u!["id"]!.ToString()));
        batch["assets"]!.AsArray().ShouldAllBe(a => a!["batchId"]!.ToString() == answer.Text("batchId"));
    }

    [Fact]
    public async Task A_single_refused_file_names_its_field_too()
    {
        foreach (var (file, code, field) in new[] { (File("a.exe", type: "application/x-msdownload"), "unsupported_type", "contentType"), (File("large.jpg", size: 10_485_761), "too_large", "fileSize") })
        {
            foreach (var path in (string[])["/api/upload/presigned-url", "/api/upload/multipart"])
            {
                var answer = await api.PostAsync(path, file!, _user);
                (answer.Status, answer.Code, answer.Errors.Keys.Single()).ShouldBe((400, code, field), path);
            }
        }
    }

    [Fact]
    public async Task One_refused_file_refuses_all_and_each_is_named_by_its_index()
    {
        var answer = await SendAsync([File("good.jpg"), File("", size: 0), File("a.exe", type: "application/x-msdownload"), File("good.jpg"), File("large.jpg", size: 10_485_761), null]);

        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Errors.Keys.ShouldBe([
            "files[1].filename", "files[1].fileSize", "files[2].contentType", "files[4].fileSize", "files[5].filename", "files[5].contentType", "files[5].fileSize",
        ]);
        var files = answer.Json["files"]!.AsArray();
        files.Select(f => (f!["index"]!.GetValue<int>(), f["code"]!.ToString())).ShouldBe([(1, "invalid_request"), (2, "unsupported_type"), (4, "too_large"), (5, "invalid_request")]);
        files[0]!["errors"]!.AsObject().Select(e => e.Key).ShouldBe(["filename", "fileSize"]);
        files[1]!["allowedTypes"]!.AsArray().Count.ShouldBe(4);
        (files[2]!["maxSize"]!.GetValue<long>(), files[2]!["receivedSize"]!.GetValue<long>()).ShouldBe((10_485_760, 10_485_761));
        (await api.GetAsync("/api/assets?status=pending", _user)).Json["items"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"files":null}""")]
    [InlineData("""{"files":[]}""")]
    public async Task A_batch_without_files_names_the_field(string body) =>
        (await api.PostTextAsync(Route, body)).Errors.ShouldBe(new Dictionary<string, string> { ["files"] = "must be 1 to 100 files" });

    [Fact]
    public async Task More_than_a_hundred_files_are_refused() =>
        (await SendAsync([.. Enumerable.Range(0, 101).Select(i => File($"{i}.jpg"))])).Errors.Keys.ShouldBe(["files"]);

    [Theory]
    [InlineData("""{"files":{}}""", "files", "must be an array")]
    [InlineData("""{"files":[1]}""", "files[0]", "must be an object")]
    [InlineData("""{"files":[{"filename":"a.jpg","contentType":"image/jpeg","fileSize":7},{"filename":"a.jpg","contentType":"image/jpeg","fileSize":"7"}]}""", "files[1].fileSize", "must be a whole number")]
    [InlineData("""{"files":[{"filename":"a.jpg","contentType":"image/jpeg","fileSize":7,"focalPoint":{"x":true}}]}""", "files[0].focalPoint.x", "must be a number")]
    [InlineData("""{"files":[],"temporary":"yes"}""", "temporary", "must be true or false")]
    public async Task A_wrong_value_is_named_by_its_index(string body, string field, string error) =>
        (await api.PostTextAsync(Route, body)).Errors.ShouldBe(new Dictionary<string, string> { [field] = error });

    [Fact]
    public async Task Files_with_values_of_the_wrong_kind_are_named_beside_all_others_that_are_refused()
    {
        var answer = await api.PostTextAsync(Route, """
            {"files":[
              {"filename":"a.jpg","contentType":"image/jpeg","fileSize":7},
              {"filename":"b.jpg","contentType":"image/jpeg","fileSize":-1},
              {"filename":7,"contentType":"image/jpeg","fileSize":"7"},
              {"contentType":true,"fileSize":1.5},
              {"filename":"c.exe","contentType":"application/x-msdownload","fileSize":7},
              5,
              null]}
            """);

        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Errors.Keys.Order(StringComparer.Ordinal).ShouldBe([
            "files[1].fileSize", "files[2].fileSize", "files[2].filename", "files[3].contentType", "files[3].fileSize", "files[3].filename", "files[4].contentType", "files[5]",
            "files[6].contentType", "files[6].fileSize", "files[6].filename",
        ]);
        answer.Json["files"]!.AsArray().Select(file => (file!["index"]!.GetValue<int>(), file["code"]!.GetValue<string>())).ShouldBe([
            (1, "invalid_request"), (2, "invalid_request"), (3, "invalid_request"), (4, "unsupported_type"), (5, "invalid_request"), (6, "invalid_request"),
        ]);
    }

    [Fact]
    public async Task A_batch_that_would_pass_the_limit_of_pending_uploads_is_told_what_is_left()
    {
        object?[] files = [.. Enumerable.Range(0, 100).Select(i => (object?)File($"{i}.jpg"))];
        for (var i = 0; i < 2; i++) (await SendAsync(files)).Status.ShouldBe(200);

        var refused = await SendAsync(files[..2]);

        (refused.Status, refused.Code).ShouldBe((429, "too_many_pending"));
        refused.Headers.ShouldContainKey("Retry-After");
        refused.Json["used"]!["uploads"]!.GetValue<int>().ShouldBe(200);
        refused.Text("detail").ShouldContain("This request is for 2 more");
    }

    [Fact]
    public async Task All_files_are_temporary_unless_one_says_otherwise()
    {
        var answer = await api.PostAsync(
            Route, new { temporary = true, files = new object[] { new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 1 }, new { filename = "b.jpg", contentType = "image/jpeg", fileSize = 1, temporary = false } } }, _user);

        var assets = (await api.GetAsync($"/api/batches/{answer.Text("batchId")}", _user)).Json["assets"]!.AsArray();

        assets.Select(a => a!["temporary"]?.GetValue<bool>()).ShouldBe([true, null]);
    }

    private static JsonObject File(string name, string type = "image/jpeg", long size = 1) => new() { ["filename"] = name, ["contentType"] = type, ["fileSize"] = size };

    private Task<HttpAnswer> SendAsync(object?[] files) => api.PostAsync(Route, new { files }, _user);
}
