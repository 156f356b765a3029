using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Multipart;

/// <summary>Requests that are refused, and what stays as it was.</summary>
public abstract partial class MultipartContract
{
    [Fact]
    public async Task Another_user_and_an_unknown_id_find_nothing()
    {
        var (id, _) = await ArrivedAsync();
        foreach (var (one, user) in ((string, string)[])[(id, "eve"), ("0191e9a0-0000-7000-8000-000000000000", _user)])
        {
            foreach (var answer in (HttpAnswer[])[
                await api.GetAsync($"{Root}/{one}", user),
                await api.PostAsync($"{Root}/{one}/parts", new { parts = new[] { 1 } }, user),
                await api.PostAsync($"{Root}/{one}/complete", new { }, user),
                await api.PostAsync(Root, new { id = one }, user),
                await api.SendAsync("DELETE", $"{Root}/{one}", user: user)])
                (answer.Status, answer.Code).ShouldBe((404, "not_found"));
        }

        (await StateAsync(id)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("""{}""", "parts")]
    [InlineData("""{"parts":null}""", "parts")]
    [InlineData("""{"parts":[]}""", "parts")]
    [InlineData("""{"parts":[0]}""", "parts")]
    [InlineData("""{"parts":[3]}""", "parts")]
    [InlineData("""{"parts":[-1]}""", "parts")]
    [InlineData("""{"parts":[1,1]}""", "parts")]
    [InlineData("""{"parts":[1.5]}""", "parts[0]")]
    [InlineData("""{"parts":["1"]}""", "parts[0]")]
    [InlineData("""{"parts":[99999999999]}""", "parts[0]")]
    [InlineData("""{"parts":"1"}""", "parts")]
    public async Task Numbers_that_are_no_parts_are_refused_with_the_field(string json, string field)
    {
        var id = (await BeginAsync()).Text("id");
        var answer = await api.SendAsync("POST", $"{Root}/{id}/parts", new StringContent(json, System.Text.Encoding.UTF8, "application/json"), _user);

        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Errors.Keys.ShouldBe([field]);
    }

    [Fact]
    public async Task More_than_a_hundred_parts_in_one_request_are_refused()
    {
        var id = (await BeginAsync()).Text("id");

        (await api.PostAsync($"{Root}/{id}/parts", new { parts = Enumerable.Range(1, 101) }, _user)).Errors["parts"].ShouldBe("must be 1 to 100 numbers of parts");
    }

    [Fact]
    public async Task A_file_that_may_not_be_uploaded_begins_nothing_at_the_store()
    {
        (await api.PostAsync(Root, new { filename = "a.exe", contentType = "application/x-msdownload", fileSize = 5 }, _user)).Code.ShouldBe("unsupported_type");
        (await api.PostAsync(Root, new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 1L << 40 }, _user)).Code.ShouldBe("too_large");
        (await api.PostAsync(Root, new { filename = "a.jpg", contentType = "image/jpeg" }, _user)).Errors.Keys.ShouldBe(["fileSize"]);
        (await api.PostAsync(Root, new { }, _user)).Errors.Keys.ShouldBe(["filename", "contentType", "fileSize"], ignoreOrder: true);
        (await api.PostAsync(Root, new { id = Guid.NewGuid(), filename = "a.jpg" }, _user)).Errors.Keys.ShouldBe(["id"]);

        (await OpenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_expired_upload_says_so_and_a_wrong_name_leaves_it_as_it_is()
    {
        var (id, _) = await ArrivedAsync();
        (await api.PostAsync($"{Root}/{id}/complete", new { originalFilename = "a\nb" }, _user)).Errors.Keys.ShouldBe(["originalFilename"]);
        (await StateAsync(id)).Text("status").ShouldBe("pending");

        await api.ChangeAsync(Guid.Parse(id), a => a.Expire(TimeProvider.System.GetUtcNow()));

        foreach (var answer in (HttpAnswer[])[await CompleteAsync(id), await StateAsync(id), await SignAsync(id, 1), await api.PostAsync(Root, new { id }, _user)])
            (answer.Status, answer.Code).ShouldBe((409, "upload_expired"));
    }

    [Fact]
    public async Task A_completion_needs_no_body_and_can_rename_the_file()
    {
        var (first, second) = (await ArrivedAsync(), await ArrivedAsync());

        (await api.SendAsync("POST", $"{Root}/{first.Id}/complete", user: _user)).Status.ShouldBe(202);
        (await api.PostAsync($"{Root}/{second.Id}/complete", new { originalFilename = "other.jpg" }, _user)).Status.ShouldBe(202);

        (await api.GetAsync($"/api/assets/{second.Id}", _user)).Text("filename").ShouldBe("other.jpg");
    }
}
