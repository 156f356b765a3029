using Microsoft.AspNetCore.Builder;
using Microsoft.Net.Http.Headers;

namespace Pipeline.UploadApi.Http;

internal static class JsonCharset
{
    /// <summary>
    /// Refuses JSON in encodings other than UTF-8 (RFC 8259, 8.1). The framework would accept some of them and report unknown ones as an
    /// internal error.
    /// </summary>
    public static void UseJsonInUtf8(this IApplicationBuilder app) => app.Use((context, next) =>
        MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
        && type.SubType.EndsWith("json", StringComparison.OrdinalIgnoreCase)
        && type.Charset.HasValue
        && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? Problem.NotJson().WriteAsync(context.Response)
            : next(context));
}
