using Microsoft.Net.Http.Headers;
using Pipeline.Storage;
using Pipeline.Storage.Disk;

namespace Pipeline.AllInOne.Disk;

/// <summary>Serves one object; the caller has checked access.</summary>
internal static class DiskDownload
{
    public static async Task<IResult> HandleAsync(ObjectKey key, HttpContext http, DiskObjectStore store)
    {
        var read = await store.ReadAsync(key, ifMatch: null, http.RequestAborted);
        if (read is not ReadResult.Found(var info, var content)) return DiskError.NoSuchKey;
        // Dispose here too: HEAD and 304 send no body, so the result leaves the stream open.
        http.Response.RegisterForDisposeAsync(read);
        if (info.CacheControl is { } cacheControl) http.Response.Headers.CacheControl = cacheControl;
        return Results.Stream(content, info.ContentType, fileDownloadName: null, info.LastModified,
            new EntityTagHeaderValue($"\"{info.ETag}\""), enableRangeProcessing: true);
    }
}
