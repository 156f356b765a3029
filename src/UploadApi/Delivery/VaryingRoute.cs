using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Pipeline.UploadApi.Delivery;

internal static class VaryingRoute
{
    /// <summary>Adds <c>Vary: Accept</c> to all responses of the route. A parameter that cannot be read ends before the endpoint, and clears the headers.</summary>
    public static RouteHandlerBuilder VariesByAccept(this RouteHandlerBuilder route)
    {
        route.Finally(endpoint =>
        {
            var answer = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http =>
            {
                http.Response.OnStarting(() =>
                {
                    if (!http.Response.Headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.Accept, StringComparer.OrdinalIgnoreCase))
                        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
                    return Task.CompletedTask;
                });
                return answer(http);
            };
        });
        return route;
    }
}
