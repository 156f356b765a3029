using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Pipeline.UploadApi.Delivery;

internal static class VaryingRoute
{
    /// <summary>Adds <c>Vary: Accept</c> to all responses of the route. Also to those of parameters that cannot be read, which clear the headers first.</summary>
    public static RouteHandlerBuilder VariesByAccept(this RouteHandlerBuilder route)
    {
        route.Finally(endpoint =>
        {
            var answer = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http =>
            {
                http.Response.OnStarting(() =>
                {
                    http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
                    return Task.CompletedTask;
                });
                return answer(http);
            };
        });
        return route;
    }
}
