using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.S3;

namespace Pipeline.Storage.S3;

/// <summary>Where the key of an area comes from.</summary>
public enum S3CredentialSource
{
    /// <summary>From <c>AccessKeyId</c> and <c>SecretAccessKey</c>.</summary>
    Keys,

    /// <summary>
    /// From the SDK's own chain: environment, profile, web identity, and the roles of containers and instances. These change by themselves, so no
    /// long-lived key exists.
    /// </summary>
    Chain,
}

/// <summary>The chain gives no credentials now. An endpoint of roles may answer a moment later, so it counts as a store that does not answer.</summary>
public sealed class NoCredentialsException(Exception inner) : IOException("The SDK's chain gives no credentials.", inner);

/// <summary>
/// The SDK's chain, which is asked at each use: the credentials of a role change within hours, and a start before the role's endpoint answers must
/// not decide for ever.
/// </summary>
internal sealed class ChainCredentials : AWSCredentials
{
    public static readonly ChainCredentials Instance = new();

    private ChainCredentials()
    {
    }

    public override ImmutableCredentials GetCredentials()
    {
        try
        {
            return Resolve().GetCredentials();
        }
        catch (Exception e) when (IsMissing(e))
        {
            throw new NoCredentialsException(e);
        }
    }

    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        try
        {
            return await Resolve().GetCredentialsAsync();
        }
        catch (Exception e) when (IsMissing(e))
        {
            throw new NoCredentialsException(e);
        }
    }

    // The SDK keeps what it has found, and renews it before it expires.
    private static AWSCredentials Resolve() => DefaultAWSCredentialsIdentityResolver.GetCredentials(new AmazonS3Config());

    private static bool IsMissing(Exception exception) => exception is AmazonClientException or AmazonServiceException or HttpRequestException or InvalidOperationException or IOException;
}
