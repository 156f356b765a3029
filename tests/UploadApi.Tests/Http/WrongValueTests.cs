using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

[Collection(ApiHostTests.Name)]
public sealed class WrongValueTests(ApiHost api)
{
    private const string Presign = "/api/upload/presigned-url";
    private static readonly Guid Nobody = Guid.Parse("0191e9a0-0000-7000-8000-000000000000");

    [Theory]
    [InlineData("216202.0")]
    [InlineData("216202.000")]
    [InlineData("2.16202e5")]
    [InlineData("216202")]
    public async Task A_whole_number_may_be_written_with_a_point(string size)
    {
        var answer = await api.PostTextAsync(Presign, $$"""{"filename":"a.jpg","contentType":"image/jpeg","fileSize":{{size}}}""");

        answer.Status.ShouldBe(200);
        (await api.GetAsync($"/api/assets/{answer.Text("id")}")).Json["size"]!.ToJsonString().ShouldBe("216202");
    }

    [Theory]
    [InlineData("""{"fileSize":1.5}""", "fileSize", "must be a whole number")]
    [InlineData("""{"fileSize":"216202"}""", "fileSize", "must be a whole number")]
    [InlineData("""{"fileSize":9223372036854775808}""", "fileSize", "must be a whole number")]
    [InlineData("""{"fileSize":1e999}""", "fileSize", "must be a whole number")]
    [InlineData("""{"FILESIZE":true}""", "fileSize", "must be a whole number")]
    [InlineData("""{"filename":7}""", "filename", "must be a string")]
    [InlineData("""{"filename":["a"]}""", "filename", "must be a string")]
    [InlineData("""{"filename":"\ud800"}""", "filename", "must be a string")]
    [InlineData("""{"contentType":{}}""", "contentType", "must be a string")]
    [InlineData("""{"focalPoint":3}""", "focalPoint", "must be an object")]
    [InlineData("""{"focalPoint":{"x":"left"}}""", "focalPoint.x", "must be a number")]
    [InlineData("""{"filename":"a.jpg","filename":"b.jpg"}""", "filename", "must occur only once")]
    [InlineData("""{"fileSize":1,"FILESIZE":1}""", "fileSize", "must occur only once")]
    [InlineData("""{"focalPoint":{"x":0,"x":1}}""", "focalPoint.x", "must occur only once")]
    public async Task A_wrong_value_in_the_body_is_named(string body, string field, string error)
    {
        var answer = await api.PostTextAsync(Presign, body);

        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Errors.ShouldBe(new Dictionary<string, string> { [field] = error });
    }

    [Fact]
    public async Task All_wrong_values_of_a_body_are_named_at_once()
    {
        var answer = await api.PostTextAsync(Presign, """{"filename":7,"contentType":{},"fileSize":"7","focalPoint":{"x":"left","y":0.5},"temporary":1,"unknown":[1]}""");

        answer.Errors.Keys.ShouldBe(["filename", "contentType", "fileSize", "focalPoint.x", "temporary"]);
    }

    [Theory]
    [InlineData("{\"id\":\"x\"}")]
    [InlineData("{\"id\":7}")]
    [InlineData("{\"id\":\"\"}")]
    public async Task An_id_that_is_none_is_named(string body) =>
        (await api.PostTextAsync("/api/upload/confirm", body)).Errors["id"].ShouldContain("UUID");

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"fileSize\":")]
    [InlineData("{\"fileSize\":12,,}")]
    public async Task A_body_that_is_no_object_names_no_field(string body)
    {
        var answer = await api.PostTextAsync(Presign, body);

        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        answer.Errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/api/assets?limit=abc", "limit", "must be a whole number")]
    [InlineData("/api/assets?limit=1.5", "limit", "must be a whole number")]
    [InlineData("/api/assets?limit=1&limit=2", "limit", "must be a whole number")]
    [InlineData("/api/assets?limit=99999999999", "limit", "must be a whole number")]
    [InlineData("/api/assets?limit=0", "limit", "must be 1 to 200")]
    [InlineData("/api/assets?stale=perhaps", "stale", "must be true or false")]
    [InlineData("/api/assets?staleReason=age", "staleReason", "must be one of settings, engine")]
    [InlineData("/api/assets/photo", "id", "must be a UUID, such as 0191e9a0-0000-7000-8000-000000000000")]
    [InlineData("/api/assets/photo/timeline?limit=x", "id limit", "must be a UUID, such as 0191e9a0-0000-7000-8000-000000000000")]
    [InlineData("/api/assets/0191e9a0-0000-7000-8000-000000000000/image?w=wide", "w", "must be a whole number")]
    [InlineData("/api/assets/0191e9a0-0000-7000-8000-000000000000/similar?distance=near", "distance", "must be a whole number")]
    public async Task A_wrong_value_in_query_or_path_is_named(string path, string fields, string error)
    {
        var answer = await api.GetAsync(path);

        (answer.Status, answer.Code).ShouldBe((400, "invalid_request"));
        string.Join(' ', answer.Errors.Keys).ShouldBe(fields);
        answer.Errors.Values.First().ShouldBe(error);
    }

    [Fact]
    public async Task Width_and_format_of_an_image_are_named_too()
    {
        var asset = await api.AddReadyAsync();

        (await api.GetAsync($"/api/assets/{asset.Id}/image?w=0", user: null)).Errors.Keys.ShouldBe(["w"]);
        (await api.GetAsync($"/api/assets/{asset.Id}/image?w=-3&format=tiff", user: null)).Errors.Keys.ShouldBe(["w", "format"]);
        (await api.GetAsync($"/api/assets/{asset.Id}/image?w=320.0", user: null)).Status.ShouldBe(302);
        (await api.GetAsync($"/api/assets/{asset.Id}/image?format=jpg", user: null)).Headers["Location"].ShouldBe((await api.GetAsync($"/api/assets/{asset.Id}/image?format=jpeg", user: null)).Headers["Location"]);
    }

    [Fact]
    public async Task Confirm_without_id_and_key_names_both()
    {
        (await api.PostTextAsync("/api/upload/confirm", "{}")).Errors.Keys.ShouldBe(["id", "key"]);
    }

    [Fact]
    public async Task Who_has_no_token_learns_that_first() => (await api.GetAsync("/api/assets/photo", user: null)).Status.ShouldBe(401);

    [Fact]
    public async Task A_whole_number_of_a_query_may_have_a_point() => (await api.GetAsync("/api/assets?limit=50.0")).Status.ShouldBe(200);

    [Fact]
    public async Task An_id_that_nothing_has_is_not_found() => (await api.GetAsync($"/api/assets/{Nobody}")).Status.ShouldBe(404);
}
