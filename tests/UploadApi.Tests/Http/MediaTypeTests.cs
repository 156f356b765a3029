using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

[Collection(ApiHostTests.Name)]
public sealed class MediaTypeTests(ApiHost api)
{
    private static readonly byte[] Bytes = [1, 2, 3];

    /// <summary>Some clients send the type from <c>headers</c>, others send their own name for the type.</summary>
    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("IMAGE/JPEG")]
    [InlineData("image/jpg")]
    [InlineData("image/pjpeg")]
    [InlineData("image/jpeg;charset=binary")]
    [InlineData("application/octet-stream")]
    [InlineData("")]
    public async Task The_put_takes_the_type_that_was_signed_and_the_one_that_was_announced(string announced)
    {
        foreach (var sent in new[] { "image/jpeg", announced })
        {
            var presigned = await PresignAsync(announced);
            presigned.Status.ShouldBe(200);
            presigned.Json["headers"]!["Content-Type"]!.ToString().ShouldBe("image/jpeg");

            (await api.PutAsync(presigned.Text("uploadUrl"), Bytes, sent.Length == 0 ? null : sent)).Status.ShouldBe(200, sent);
            (await api.PostAsync("/api/upload/confirm", new { id = presigned.Text("id") })).Status.ShouldBe(202);
            (await api.GetAsync($"/api/assets/{presigned.Text("id")}")).Text("contentType").ShouldBe("image/jpeg");
        }
    }

    [Theory]
    [InlineData("image/jpg", "text/html")]
    [InlineData("image/jpg", "image/pjpeg")]
    [InlineData("image/jpg", null)]
    [InlineData("image/jpeg", "")]
    [InlineData("", "text/html")]
    public async Task Any_other_type_is_refused_as_before(string announced, string? sent) =>
        (await api.PutAsync((await PresignAsync(announced)).Text("uploadUrl"), Bytes, sent)).Status.ShouldBe(403);

    [Fact]
    public async Task Nobody_can_add_an_announced_type_to_a_url()
    {
        var url = (await PresignAsync("image/jpeg")).Text("uploadUrl");

        (await api.PutAsync($"{url}&announced=text%2Fhtml", Bytes, "text/html")).Status.ShouldBe(403);
    }

    private Task<HttpAnswer> PresignAsync(string contentType) =>
        api.PostAsync("/api/upload/presigned-url", new { filename = "cat.jpg", contentType, fileSize = Bytes.Length });
}
