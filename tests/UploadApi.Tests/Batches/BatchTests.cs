using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Batches;

[Collection(ApiHostTests.Name)]
public sealed class BatchTests(ApiHost api)
{
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    [Fact]
    public async Task Closing_expires_what_never_came_and_keeps_what_did()
    {
        var (batch, uploads) = await PresignAsync(3);
        await api.PutAsync(uploads[1].Url, new byte[1], "image/jpeg");
        await api.PutAsync(uploads[2].Url, new byte[1], "image/jpeg");
        (await api.PostAsync("/api/upload/confirm", new { id = uploads[1].Id }, _user)).Status.ShouldBe(202);

        var closed = await api.PostAsync($"/api/batches/{batch}/close", new { }, _user);

        closed.Status.ShouldBe(200);
        closed.Json["assets"]!.AsArray().Select(a => a!["status"]!.ToString()).ShouldBe(["expired", "queued", "expired"]);
        (closed.Text("status"), closed.Json["byStatus"]!["expired"]!.GetValue<int>()).ShouldBe(("processing", 2));
        (await api.PostAsync($"/api/batches/{batch}/close", new { }, _user)).Status.ShouldBe(200);
        var timeline = await api.GetAsync($"/api/assets/{uploads[0].Id}/timeline", _user);
        timeline.Json["events"]!.AsArray().Count(e => e!["kind"]!.ToString() == "expired").ShouldBe(1, "a repeat changes nothing");

        var late = await api.PostAsync("/api/upload/confirm-batch", new { ids = uploads.Select(u => u.Id) }, _user);
        late.Json["results"]!.AsArray().Select(r => r!["error"]?["code"]?.ToString()).ShouldBe(["upload_expired", null, "upload_expired"]);
        (await api.PostAsync("/api/upload/confirm", new { id = uploads[2].Id }, _user)).Code.ShouldBe("upload_expired");
        (await api.PostAsync($"/api/upload/{uploads[2].Id}/url", new { }, _user)).Code.ShouldBe("upload_expired");
    }

    [Fact]
    public async Task A_batch_of_which_nothing_came_is_completed_once_it_is_closed()
    {
        var (batch, _) = await PresignAsync(2);
        (await api.PostAsync($"/api/batches/{batch}/close", new { }, _user)).Status.ShouldBe(200);

        HttpAnswer? answer = null;
        await Eventually.True(async () => (answer = await api.GetAsync($"/api/batches/{batch}", _user)).Text("status") == "completed", "the batch completes");

        answer!.Text("outcome").ShouldBe("none_ready");
        answer.Json["completedAt"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThanOrEqualTo(answer.Json["createdAt"]!.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task The_list_of_a_batch_holds_what_has_not_come_too()
    {
        var (batch, uploads) = await PresignAsync(3);
        await PresignAsync(1);

        var items = (await api.GetAsync($"/api/assets?batchId={batch}", _user)).Json["items"]!.AsArray();

        items.Select(a => Guid.Parse(a!["id"]!.ToString())).ShouldBe(uploads.Select(u => u.Id), ignoreOrder: true);
        (await api.GetAsync($"/api/assets?batchId={batch}&status=ready", _user)).Json["items"]!.AsArray().ShouldBeEmpty();
        (await api.GetAsync($"/api/assets?batchId={batch}", "someone-else")).Json["items"]!.AsArray().ShouldBeEmpty();
        (await api.GetAsync("/api/assets?batchId=7", _user)).Errors.Keys.ShouldBe(["batchId"]);
    }

    [Theory]
    [InlineData("0191e9a0-0000-7000-8000-000000000000", 404)]
    [InlineData("summer", 400)]
    public async Task A_batch_that_nobody_requested_is_not_found(string id, int status)
    {
        (await api.GetAsync($"/api/batches/{id}", _user)).Status.ShouldBe(status);
        (await api.PostAsync($"/api/batches/{id}/close", new { }, _user)).Status.ShouldBe(status);
    }

    private async Task<(string BatchId, List<(Guid Id, string Url)> Uploads)> PresignAsync(int count)
    {
        var files = Enumerable.Range(0, count).Select(i => new { filename = $"{i}.jpg", contentType = "image/jpeg", fileSize = 1 });
        var answer = await api.PostAsync("/api/upload/presigned-urls", new { files }, _user);
        return (answer.Text("batchId"), [.. answer.Json["uploads"]!.AsArray().Select(u => (Guid.Parse(u!["id"]!.ToString()), u["uploadUrl"]!.ToString()))]);
    }
}
