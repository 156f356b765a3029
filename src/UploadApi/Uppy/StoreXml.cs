using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Uppy;

/// <summary>Answers in S3's XML. No element is ever empty, because Uppy's reader knows no self-closing elements.</summary>
internal sealed record StoreXml(int Status, XElement Document) : IResult
{
    // Uppy reads errors only from exactly this type.
    private const string ContentType = "application/xml";

    public static readonly StoreXml AccessDenied = Error(403, "AccessDenied", "not_signed", "The URL is not valid: it expires soon, and allows one request for one upload. Ask for a new one.");

    /// <param name="status">HTTP status.</param>
    /// <param name="code">S3's error code.</param>
    /// <param name="reason">Our own stable code.</param>
    /// <param name="message">A message for people.</param>
    public static StoreXml Error(int status, string code, string reason, string message) =>
        new(status, new XElement("Error", new XElement("Code", code), new XElement("Reason", reason), new XElement("Message", message)));

    /// <summary>The upload that has begun. Its id is that of the asset, so that the store's own id stays here.</summary>
    public static StoreXml Created(Asset asset) => new(200, new XElement(
        "InitiateMultipartUploadResult", Bucket(), new XElement("Key", asset.IncomingKey), new XElement("UploadId", asset.Id)));

    /// <summary>All parts in one page: Uppy reads no second one.</summary>
    public static StoreXml Parts(Asset asset, IReadOnlyList<UploadedPart> parts) => new(200, new XElement(
        "ListPartsResult",
        Bucket(),
        new XElement("Key", asset.IncomingKey),
        new XElement("UploadId", asset.Id),
        new XElement("MaxParts", IMultipartUploads.MaxParts),
        new XElement("IsTruncated", "false"),
        parts.Select(part => new XElement(
            "Part",
            new XElement("PartNumber", part.Number.ToString(CultureInfo.InvariantCulture)),
            new XElement("ETag", Tag(part.ETag)),
            new XElement("Size", part.Size.ToString(CultureInfo.InvariantCulture))))));

    /// <param name="asset">The confirmed asset.</param>
    /// <param name="location">Where the image can be seen once the asset is ready.</param>
    public static StoreXml Completed(Asset asset, string location) => new(200, new XElement(
        "CompleteMultipartUploadResult",
        new XElement("Location", location),
        Bucket(),
        new XElement("Key", asset.IncomingKey),
        new XElement("ETag", Tag(asset.IncomingETag ?? ""))));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        httpContext.Response.ContentType = ContentType;
        return httpContext.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>{Document.ToString(SaveOptions.DisableFormatting)}", httpContext.RequestAborted);
    }

    private static XElement Bucket() => new("Bucket", "pipeline");

    private static string Tag(string etag) => $"\"{etag}\"";
}
