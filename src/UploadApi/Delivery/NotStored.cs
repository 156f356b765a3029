using Microsoft.AspNetCore.Http;

namespace Pipeline.UploadApi.Delivery;

/// <summary>An answer that holds a signed URL, so that no cache may keep it.</summary>
internal sealed class NotStored(IResult answer) : IResult
{
    public const string CacheControl = "private, no-store";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.CacheControl = CacheControl;
        return answer.ExecuteAsync(httpContext);
    }
}
