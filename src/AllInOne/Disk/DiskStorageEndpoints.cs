using Pipeline.Storage;
using Pipeline.Storage.Disk;
using Pipeline.UploadApi.Http;

namespace Pipeline.AllInOne.Disk;

/// <summary>Serves the disk store as S3 serves a bucket: PUT and GET with signed URLs, and public GET of published objects.</summary>
public static class DiskStorageEndpoints
{
    /// <summary>
    /// The name of the CORS policy that the composition root defines: the front end's origin, GET, HEAD and PUT, any header, <c>ETag</c>
    /// exposed.
    /// </summary>
    public const string CorsPolicy = "disk-storage";

    /// <summary>Maps <c>/storage/{key}</c> and <c>/storage/public/{key}</c>.</summary>
    public static IEndpointRouteBuilder MapDiskStorage(this IEndpointRouteBuilder app)
    {
        // The signature in the URL is the credential; bearer tokens are ignored.
        var storage = app.MapGroup("/storage").AllowAnonymous().RequireCors(CorsPolicy).ExcludeFromDescription();
        var slots = new DiskUploadSlots();
        storage.MapPut("/{**key}", (string? key, HttpContext http, DiskUploadSigner signer, DiskObjectStore store, DiskMultipartUploads multipart, TimeProvider time, ILogger<DiskError> log) =>
            PutAsync(key, http, signer, store, multipart, slots, time, log));
        storage.MapMethods("/{**key}", ["GET", "HEAD"], GetSignedAsync);
        storage.MapMethods("/public/{**key}", ["GET", "HEAD"], GetPublicAsync).RequireCors(FrontendCors.PublicPolicy);
        return app;
    }

    private static async Task<IResult> PutAsync(string? key, HttpContext http, DiskUploadSigner signer, DiskObjectStore store,
        DiskMultipartUploads multipart, DiskUploadSlots slots, TimeProvider time, ILogger<DiskError> log)
    {
        var result = await DiskUpload.HandleAsync(key, http, signer, store, multipart, slots, time);
        return Finish(result, key, http, log);
    }

    private static async Task<IResult> GetSignedAsync(string? key, HttpContext http, DiskUploadSigner signer, DiskObjectStore store,
        ILogger<DiskError> log)
    {
        if (!ObjectKey.TryParse(key, out var objectKey)) return Finish(DiskError.AccessDenied, key, http, log);
        var check = signer.Check(objectKey, isUpload: false, DiskUrl.Fields(http.Request.Query));
        var download = (check as DiskUrlCheck.Valid)?.Download;
        return Finish(DiskUrl.Refusal(check) ?? await DiskDownload.HandleAsync(objectKey, http, store, download), key, http, log);
    }

    private static async Task<IResult> GetPublicAsync(string? key, HttpContext http, DiskObjectStore store, ILogger<DiskError> log)
    {
        var isPublic = ObjectKey.TryParse(key, out var objectKey) && objectKey.Value.StartsWith(ObjectKey.PublicArea, StringComparison.Ordinal);
        return Finish(isPublic ? await DiskDownload.HandleAsync(objectKey, http, store) : DiskError.AccessDenied, key, http, log);
    }

    private static IResult Finish(IResult result, string? key, HttpContext http, ILogger log)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        // Text that is not a valid key may contain anything, so it is not logged.
        if (result is DiskError error) log.Refused(http.Request.Method, ObjectKey.TryParse(key, out _) ? key! : "(no key)", error.Reason);
        return result;
    }
}
