using Pipeline.Assets.Uploads;
using Pipeline.Assets.Uploads.Multipart;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Uploads;

namespace Pipeline.UploadApi.Multipart;

/// <summary>The file to upload in parts, or the id of an upload that was requested as a single PUT.</summary>
public sealed record BeginMultipartRequest(
    string? Filename = null, string? ContentType = null, long? FileSize = null, string? Sha256 = null, string? Profile = null,
    Pipeline.Assets.FocalPointRequest? FocalPoint = null, bool? Temporary = null, string? Visibility = null, bool? AutoConfirm = null, Guid? Id = null)
{
    /// <summary>Whether any field describes a file.</summary>
    internal bool DescribesFile => this with { Id = null } != new BeginMultipartRequest();

    internal UploadRequest ToUpload() => new PresignRequest(Filename, ContentType, FileSize, Sha256, Profile, FocalPoint, Temporary, Visibility, AutoConfirm).ToUpload();
}

/// <param name="Id">The asset.</param>
/// <param name="Key">The key of the upload; <c>confirm</c> takes it in place of the id.</param>
/// <param name="PublicUrl">Where the image can be seen once the asset is ready.</param>
/// <param name="PartSize">Bytes of every part except the last.</param>
/// <param name="PartCount">Number of parts.</param>
/// <param name="ExpiresIn">Seconds until the upload is given up unless it is completed.</param>
/// <param name="ExpiresAt">The same as a time.</param>
public sealed record MultipartResponse(Guid Id, string Key, string PublicUrl, long PartSize, int PartCount, long ExpiresIn, DateTimeOffset ExpiresAt)
{
    internal static MultipartResponse Of(Pipeline.Assets.Asset asset, UploadOptions options, ApiAddress address, DateTimeOffset now)
    {
        var (plan, end) = (PartPlan.Of(asset)!, ReadMultipart.EndOf(asset, options));
        return new MultipartResponse(
            asset.Id, asset.IncomingKey, address.ImageUrl(asset.Id), plan.PartSize, plan.Count, Math.Max(0, (long)Math.Ceiling((end - now).TotalSeconds)), end);
    }
}

/// <param name="Parts">1 to 100 numbers of parts.</param>
public sealed record SignPartsRequest(IReadOnlyList<int>? Parts);

/// <param name="Parts">One for each number, in the order of the request.</param>
/// <param name="ExpiresIn">Seconds for which the URLs are valid.</param>
/// <param name="ExpiresAt">The same as a time.</param>
public sealed record SignPartsResponse(IReadOnlyList<PartUrl> Parts, int ExpiresIn, DateTimeOffset ExpiresAt);

/// <param name="Number">The number of the part.</param>
/// <param name="Size">Its exact length in bytes, which is signed.</param>
/// <param name="Url">Where to PUT the bytes of the part. A secret until it expires.</param>
/// <param name="Method">The method to use.</param>
/// <param name="Headers">All headers that the client must send with the PUT.</param>
public sealed record PartUrl(int Number, long Size, Uri Url, string Method, IReadOnlyDictionary<string, string> Headers);

/// <param name="Id">The asset.</param>
/// <param name="Key">The key of the upload.</param>
/// <param name="Status">The status of the asset; pending until the upload is completed.</param>
/// <param name="FileSize">Bytes of the file.</param>
/// <param name="PartSize">Bytes of every part except the last.</param>
/// <param name="PartCount">Number of parts.</param>
/// <param name="Parts">The parts that have arrived.</param>
/// <param name="Missing">The numbers of all others.</param>
/// <param name="ExpiresAt">When the upload is given up unless it is completed.</param>
public sealed record MultipartStateView(
    Guid Id, string Key, string Status, long FileSize, long PartSize, int PartCount, IReadOnlyList<ArrivedPart> Parts, IReadOnlyList<int> Missing, DateTimeOffset ExpiresAt);

/// <param name="Number">The number of the part.</param>
/// <param name="Size">Its length in bytes.</param>
public sealed record ArrivedPart(int Number, long Size);

/// <param name="OriginalFilename">Another name for the file.</param>
public sealed record CompleteMultipartRequest(string? OriginalFilename = null);

/// <summary>How the file of a presigned upload can be sent in parts.</summary>
/// <param name="PartSize">Bytes of every part except the last.</param>
/// <param name="PartCount">Number of parts.</param>
public sealed record MultipartAdvice(long PartSize, int PartCount)
{
    /// <summary>Null for a file that is better sent by a single PUT.</summary>
    internal static MultipartAdvice? For(long fileSize, MultipartOptions options) =>
        fileSize > options.FromBytes && PartPlan.For(fileSize, options) is var plan ? new MultipartAdvice(plan.PartSize, plan.Count) : null;
}
