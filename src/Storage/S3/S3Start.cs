using System.Security.Authentication;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pipeline.Hosting;

namespace Pipeline.Storage.S3;

/// <summary>
/// Sends one request to each bucket before the start. A fault that somebody must fix ends the start: a missing bucket, an unknown access key, a
/// wrong region. If a store does not answer, the host starts, waits for it and is not ready until then.
/// </summary>
public static class S3Start
{
    // Any key works: the check needs an answer, not an object.
    private static readonly ObjectKey Probe = ObjectKey.Parse("uploads/health/probe");
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="StartFaultException">Names each setting that is wrong.</exception>
    public static async Task CheckAsync(IServiceProvider services)
    {
        var areas = services.GetRequiredService<S3Areas>();
        var logger = services.GetRequiredService<ILogger<S3ObjectStore>>();
        var faults = await Task.WhenAll(areas.Checked.DistinctBy(store => store.Store).Select(store => FaultAsync(store.Section, store.Options, store.Store, logger)));
        if (faults.OfType<string>().ToList() is { Count: > 0 } wrong) throw new StartFaultException(StartExit.Misconfigured, wrong);
    }

    private static async Task<string?> FaultAsync(string section, S3AreaOptions own, IObjectStore store, ILogger logger)
    {
        using var limit = new CancellationTokenSource(CheckTimeout);
        try
        {
            // Not HEAD: its error answers have no body and so no reason.
            if (await store.ReadAsync(Probe, null, limit.Token) is ReadResult.Found found) await found.Content.DisposeAsync();
            return null;
        }
        catch (AmazonS3Exception e) when (Wrong(e, section, own) is { } wrong)
        {
            return wrong;
        }
        catch (Exception e) when (IsUntrusted(e))
        {
            return $"{Key(section, nameof(own.ServiceUrl), own.ServiceUrl?.AbsoluteUri)}: the store has a certificate that is not trusted, or of another host name: name its authority in `{S3StorageOptions.Section}:{nameof(own.CaFile)}`, or correct the address";
        }
        catch (Exception e) when (e is AmazonS3Exception or IOException or TimeoutException or OperationCanceledException)
        {
            logger.StoreUnavailable(section.Split(':')[^1], e is AmazonS3Exception refused ? $"{(int)refused.StatusCode} {refused.ErrorCode}" : IsWithoutCredentials(e) ? "the SDK's chain gives no credentials" : "no answer");
            return null;
        }
    }

    private static bool IsWithoutCredentials(Exception? exception) => exception is NoCredentialsException || (exception?.InnerException is { } inner && IsWithoutCredentials(inner));

    private static bool IsUntrusted(Exception? exception) => exception is AuthenticationException || (exception?.InnerException is { } inner && IsUntrusted(inner));

    private static string? Wrong(AmazonS3Exception exception, string section, S3AreaOptions own) => exception.ErrorCode switch
    {
        "NoSuchBucket" or "InvalidBucketName" => $"{Key(section, nameof(own.Bucket), own.Bucket)}: the store has no such bucket: create it, or correct its name",
        "InvalidAccessKeyId" => $"{Key(section, nameof(own.AccessKeyId), own.AccessKeyId)}: the store does not know this access key: correct it",
        "SignatureDoesNotMatch" => $"{Key(section, nameof(own.SecretAccessKey), own.SecretAccessKey)}: this is not the secret of the access key: correct it",
        "AuthorizationHeaderMalformed" or "PermanentRedirect" => $"{Key(section, nameof(own.Region), own.Region)}: the bucket is in another region: correct it",
        _ => null,
    };

    // A setting that the area lacks comes from the shared section or from an R2_* variable.
    private static string Key(string section, string setting, string? own) => (own, R2Settings.Required.FirstOrDefault(r => r.Setting == setting).PlainName) switch
    {
        ({ }, _) => $"`{section}:{setting}`",
        (null, { } plain) => $"`{plain}` (`{S3StorageOptions.Section}:{setting}`)",
        _ => $"`{S3StorageOptions.Section}:{setting}`",
    };
}
