using Microsoft.Net.Http.Headers;
using Pipeline.Storage;
using Pipeline.Storage.Disk;

namespace Pipeline.AllInOne.Disk;

/// <summary>Serves one object; the caller has checked access.</summary>
internal static class DiskDownload
{
    /// <param name="key">The object.</param>
    /// <param name="http">The request.</param>
    /// <param name="store">The store.</param>
    /// <param name="terms">Headers that the URL was signed with; null for the stored ones.</param>
    public static async Task<IResult> HandleAsync(ObjectKey key, HttpContext http, DiskObjectStore store, DownloadTerms? terms = null)
    {
        var read = await store.ReadAsync(key, ifMatch: null, http.RequestAborted);
        if (read is not ReadResult.Found(var info, var content)) return DiskError.NoSuchKey;
        // Dispose here too: HEAD and 304 send no body, so the result leaves the stream open.
        http.Response.RegisterForDisposeAsync(read);
        if ((terms?.CacheControl ?? info.CacheControl) is { } cacheControl) http.Response.Headers.CacheControl = cacheControl;
        if (terms?.ContentDisposition is { } disposition) http.Response.Headers.ContentDisposition = disposition;
        return Results.Stream(content, terms?.ContentType ?? info.ContentType, fileDownloadName: null, info.LastModified,
            new EntityTagHeaderValue($"\"{info.ETag}\""), enableRangeProcessing: true);
    }
}
