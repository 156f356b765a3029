using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Uploads;

namespace Pipeline.UploadApi.Live;

/// <summary>Endpoint metadata: the route heeds <c>Prefer: wait</c>.</summary>
internal sealed record WaitableRequests;

internal static class WaitableRoute
{
    /// <summary>Lets a GET wait until the asset is final, or the batch is completed, before it reads it.</summary>
    /// <param name="route">The route.</param>
    /// <param name="scope">What it waits for.</param>
    /// <param name="parameter">The route's parameter that holds the id.</param>
    public static RouteHandlerBuilder CanWaitFor(this RouteHandlerBuilder route, Func<Guid, StreamScope> scope, string parameter = "id") => route.CanWait(async (context, next) =>
    {
        var http = context.HttpContext;
        if (Guid.TryParse(http.Request.RouteValues[parameter] as string, out var id)) await http.RequestServices.GetRequiredService<Waits>().UntilFinalAsync(http, scope(id));
        return await next(context);
    });

    /// <summary>Lets a confirm wait until its asset is final, and answer with the asset.</summary>
    public static RouteHandlerBuilder CanWaitForItsAsset(this RouteHandlerBuilder route) => route.CanWait(async (context, next) =>
    {
        var (http, result) = (context.HttpContext, await next(context));
        if (result is not IValueHttpResult { Value: ConfirmResponse { Success: true } confirmed }) return result;
        if (!await http.RequestServices.GetRequiredService<Waits>().UntilFinalAsync(http, StreamScope.OfAsset(confirmed.Id))) return result;
        return await http.RequestServices.GetRequiredService<AssetEndpoint>().FindAsync(confirmed.Id, http.User.ToCaller(), http.RequestAborted) is { } asset
            ? Results.Accepted($"/api/assets/{confirmed.Id}", confirmed with { Status = asset.Status, Asset = asset })
            : result;
    });

    /// <summary>Documents that the route can wait.</summary>
    public static RouteHandlerBuilder CanWait(this RouteHandlerBuilder route) => route.WithMetadata(new WaitableRequests());

    private static RouteHandlerBuilder CanWait(this RouteHandlerBuilder route, Func<EndpointFilterInvocationContext, EndpointFilterDelegate, ValueTask<object?>> filter) =>
        route.AddEndpointFilter(filter).CanWait();
}
