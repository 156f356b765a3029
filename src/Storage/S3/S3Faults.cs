using System.Net;
using System.Net.Sockets;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;
using Polly.Timeout;

namespace Pipeline.Storage.S3;

/// <summary>Classifies exceptions of the SDK.</summary>
internal static class S3Faults
{
    /// <summary>Whether a retry within seconds may succeed.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        TimeoutRejectedException or TimeoutException or HttpRequestException or IOException or SocketException => true,
        // The XML of the answer was truncated, or a proxy answered with a page.
        AmazonUnmarshallingException or XmlException or FormatException or OverflowException => true,
        AmazonServiceException { ErrorCode: "InternalError" or "SlowDown" or "RequestTimeout" or "OperationAborted" or "ConditionalRequestConflict" } => true,
        AmazonServiceException { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => true,
        AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented } => true,
        { InnerException: { } inner } => IsTransient(inner),
        _ => false,
    };

    /// <summary>Whether the store says that the object does not exist. A missing bucket or a proxy's 404 does not count.</summary>
    public static bool IsMissingObject(AmazonS3Exception exception) => exception.ErrorCode == "NoSuchKey";

    /// <summary>
    /// A 404 without an S3 error code, for example from a proxy. Only the store's own answer to HEAD, which has no body, looks the same.
    /// </summary>
    public static bool IsForeign404(AmazonS3Exception exception) =>
        exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode?.StartsWith("NoSuch", StringComparison.Ordinal) != true;

    /// <summary>Whether a condition of the request failed.</summary>
    public static bool IsFailedCondition(AmazonS3Exception exception) => exception.StatusCode == HttpStatusCode.PreconditionFailed;

    /// <summary>What the store answered, for the operator. Contains nothing of the request.</summary>
    public static string Diagnose(Exception exception) => exception switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => "There is no such bucket.",
        AmazonS3Exception { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" } => "The store does not know this access key, or its secret is wrong.",
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden } => "The store refuses the access key a right that it needs.",
        AmazonS3Exception service => $"The store refused: {(int)service.StatusCode} {service.ErrorCode}.",
        { InnerException: AmazonServiceException ill } => $"The store failed: {(int)ill.StatusCode} {ill.ErrorCode}.",
        NoCredentialsException or { InnerException: NoCredentialsException } => "The AWS SDK's chain gives no credentials.",
        TimeoutException => "The store did not answer in time.",
        _ => "The store cannot be reached, or it does not keep what is written.",
    };

    /// <summary>Tells the operator of the bucket how to fix the fault. Contains nothing of the request.</summary>
    public static string Explain(Exception exception) => exception switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => "There is no such bucket: create it, or correct its name.",
        AmazonS3Exception { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" } => "The store does not know this access key, or its secret is wrong.",
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } =>
            "This access key may not see or set the bucket's CORS rules: use one that may, or paste the rule into the bucket's settings.",
        IOException { InnerException: AmazonServiceException ill } => $"The store has an internal error, try again later: {(int)ill.StatusCode} {ill.ErrorCode}.",
        AmazonServiceException service => $"The store refused: {(int)service.StatusCode} {service.ErrorCode}.",
        _ => "The store cannot be reached: check its address and the network.",
    };
}
