using System.Web;
using Amazon.Runtime;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Tests.S3;

/// <summary>Keys that come from a role and change by themselves. The test of both hosts uses the SDK's real chain.</summary>
public sealed class ChainCredentialsTests
{
    private static readonly UploadTerms Terms = new() { ContentType = "image/jpeg", Length = 5 };

    [Fact]
    public void A_presigned_URL_carries_the_token_of_the_session_under_the_signature()
    {
        var (one, other) = (Sign(new SessionAWSCredentials("id", "secret", "first/token+")), Sign(new SessionAWSCredentials("id", "secret", "second")));

        Field(one, "X-Amz-Security-Token").ShouldBe("first/token+");
        Field(one, "X-Amz-Credential").ShouldStartWith("id/");
        Field(one, "X-Amz-Signature").ShouldNotBe(Field(other, "X-Amz-Signature"));
    }

    [Fact]
    public void A_key_that_changes_signs_the_next_URL()
    {
        var credentials = new Changing();
        var area = Area with { Chain = credentials };
        var signer = new S3UploadSigner(area, writeOnce: false, TimeProvider.System);

        Field(signer.SignPut(Key, Terms, TimeSpan.FromMinutes(1)).Url, "X-Amz-Credential").ShouldStartWith("key-1/");
        Field(signer.SignPut(Key, Terms, TimeSpan.FromMinutes(1)).Url, "X-Amz-Credential").ShouldStartWith("key-2/");
    }

    [Fact]
    public void Without_a_chain_no_token_is_sent() =>
        HttpUtility.ParseQueryString(new S3UploadSigner(Area, writeOnce: false, TimeProvider.System).SignPut(Key, Terms, TimeSpan.FromMinutes(1)).Url.Query)["X-Amz-Security-Token"].ShouldBeNull();

    [Theory]
    [InlineData(null, null, null, false)]
    [InlineData(null, null, S3CredentialSource.Chain, true)]
    [InlineData(null, "own", S3CredentialSource.Chain, false)]
    [InlineData(S3CredentialSource.Chain, null, null, true)]
    [InlineData(S3CredentialSource.Keys, null, S3CredentialSource.Chain, false)]
    public void An_area_with_a_key_of_its_own_uses_that(S3CredentialSource? own, string? key, S3CredentialSource? shared, bool chain) =>
        S3AreaSettings.UsesChain(new S3AreaOptions { Credentials = own, AccessKeyId = key }, new S3AreaOptions { Credentials = shared }).ShouldBe(chain);

    private static S3AreaSettings Area => S3Server.Area with { AccessKeyId = "fixed" };

    private static ObjectKey Key => ObjectKey.Parse("uploads/a/b.jpg");

    private static Uri Sign(AWSCredentials credentials) => new S3UploadSigner(Area with { Chain = credentials }, writeOnce: false, new FixedTime()).SignPut(Key, Terms, TimeSpan.FromMinutes(1)).Url;

    private static string Field(Uri url, string name) => HttpUtility.ParseQueryString(url.Query)[name]!;

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private sealed class Changing : AWSCredentials
    {
        private int _asked;

        public override ImmutableCredentials GetCredentials() => new($"key-{++_asked}", "secret", null);
    }
}
