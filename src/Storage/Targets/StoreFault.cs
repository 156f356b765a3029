using System.Net;
using Amazon.S3;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Targets;

/// <summary>Says whether somebody must act on a fault of a store.</summary>
public static class StoreFault
{
    /// <summary>A sentence for the operator; null for a fault that may go by itself. Contains nothing of the request.</summary>
    public static string? MustBeMended(Exception exception) => exception switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" or "InvalidAccessKeyId" or "SignatureDoesNotMatch" } or AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => S3Faults.Diagnose(exception),
        _ => null,
    };

    /// <summary>A sentence about any fault. Contains nothing of the request.</summary>
    public static string Describe(Exception exception) => S3Faults.Diagnose(exception);
}
