using System.Net;
using System.Net.Sockets;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;
using Polly.Timeout;

namespace Pipeline.Storage.S3;

/// <summary>What an exception of the SDK means to us.</summary>
internal static class S3Faults
{
    /// <summary>Whether it may heal within seconds.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        TimeoutRejectedException or TimeoutException or HttpRequestException or IOException or SocketException => true,
        // An answer that broke off in the middle of its XML, or a proxy's page in place of one.
        AmazonUnmarshallingException or XmlException or FormatException or OverflowException => true,
        AmazonServiceException { ErrorCode: "InternalError" or "SlowDown" or "RequestTimeout" or "OperationAborted" or "ConditionalRequestConflict" } => true,
        AmazonServiceException { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => true,
        AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented } => true,
        { InnerException: { } inner } => IsTransient(inner),
        _ => false,
    };

    /// <summary>There is no such object. A missing bucket, and a 404 of who knows whom, are something else.</summary>
    public static bool IsMissingObject(AmazonS3Exception exception) => exception.ErrorCode == "NoSuchKey";

    /// <summary>A 404 that is not in the words of a store: of a proxy, say. Only an answer to HEAD, which has no words, looks the same.</summary>
    public static bool IsForeign404(AmazonS3Exception exception) =>
        exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode?.StartsWith("NoSuch", StringComparison.Ordinal) != true;

    /// <summary>A condition of the request did not hold.</summary>
    public static bool IsFailedCondition(AmazonS3Exception exception) => exception.StatusCode == HttpStatusCode.PreconditionFailed;

    /// <summary>For the operator who set a bucket up: what to do about it. Holds nothing of the request.</summary>
    public static string Explain(Exception exception) => exception switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => "There is no such bucket: make it first, or correct its name.",
        AmazonS3Exception { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" } => "The store does not know this access key, or its secret is another one.",
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } =>
            "This access key may not see or set the bucket's CORS rules: use one that may, or paste the rule into the bucket's settings.",
        IOException { InnerException: AmazonServiceException ill } => $"The store is ill, try again later: {(int)ill.StatusCode} {ill.ErrorCode}.",
        AmazonServiceException service => $"The store refused: {(int)service.StatusCode} {service.ErrorCode}.",
        _ => "The store cannot be reached: look at its address and the network.",
    };
}
