using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Http;

[Collection(ApiHostTests.Name)]
public sealed class SecretRotationTests(ApiHost api)
{
    [Theory]
    [InlineData(ApiHost.Secret, 200)]
    [InlineData(ApiHost.PreviousSecret, 200)]
    [InlineData("another-secret-of-nobody-0123456789-0123456789", 401)]
    public async Task While_the_secret_is_changed_tokens_of_both_are_believed(string secret, int status) =>
        (await api.SendAsync("GET", "/api/assets", user: null, headers: ("Authorization", $"Bearer {TestKit.AppToken.For("ada", secret)}"))).Status.ShouldBe(status);
}
