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
        AmazonUnmarshallingException or XmlException => true,
        AmazonServiceException { ErrorCode: "InternalError" or "SlowDown" or "RequestTimeout" or "OperationAborted" or "ConditionalRequestConflict" } => true,
        AmazonServiceException { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests } => true,
        AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented } => true,
        { InnerException: { } inner } => IsTransient(inner),
        _ => false,
    };

    /// <summary>There is no such object. A missing bucket, and a 404 of who knows whom, are something else.</summary>
    public static bool IsMissingObject(AmazonS3Exception exception) => exception.ErrorCode == "NoSuchKey";

    /// <summary>A condition of the request did not hold.</summary>
    public static bool IsFailedCondition(AmazonS3Exception exception) => exception.StatusCode == HttpStatusCode.PreconditionFailed;
}
