using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Assets.Idempotency;
using Pipeline.UploadApi.Http.OpenApi;

namespace Pipeline.UploadApi.Http.Idempotency;

/// <summary>Endpoint metadata: it accepts a key, and recognises repeats of its requests.</summary>
internal sealed record KeyedRequests;

/// <summary>The keys whose requests this instance handles at this moment.</summary>
internal sealed class RunningKeys
{
    private readonly ConcurrentDictionary<(Caller Caller, string Route, string Key), bool> _running = new(new SameUser());

    public bool TryAdd(IdempotencyKey key) => _running.TryAdd((key.Caller, key.Route, key.Key), true);

    public void Remove(IdempotencyKey key) => _running.TryRemove((key.Caller, key.Route, key.Key), out _);

    // Roles are no part of a user.
    private sealed class SameUser : IEqualityComparer<(Caller Caller, string Route, string Key)>
    {
        public bool Equals((Caller Caller, string Route, string Key) x, (Caller Caller, string Route, string Key) y) => Parts(x) == Parts(y);

        public int GetHashCode((Caller Caller, string Route, string Key) obj) => Parts(obj).GetHashCode();

        private static (string, string, string, string) Parts((Caller Caller, string Route, string Key) of) => (of.Caller.TenantId, of.Caller.UserId, of.Route, of.Key);
    }
}

internal static class IdempotentRoute
{
    // The other request ends within its timeouts; most end within milliseconds.
    private const int RetrySeconds = 1;

    /// <summary>
    /// Recognises requests that a client sends again, by <c>Idempotency-Key</c>, and makes nothing twice. The use case behind the route begins its
    /// transaction by <see cref="IdempotentRequest.BeginAsync"/> and calls <see cref="IdempotentRequest.Record"/> before it saves. Errors are not
    /// recorded, so a request that failed can be sent again with the same key. Call this after <c>LimitedBy</c>.
    /// </summary>
    /// <param name="route">The route; it has a name.</param>
    /// <param name="repeat">Answers a repeat with what the first request made.</param>
    public static RouteHandlerBuilder AcceptsIdempotencyKey(this RouteHandlerBuilder route, Func<RepeatedRequest, Task<IResult>> repeat) => route
        .AddEndpointFilter((context, next) => InvokeAsync(context, next, repeat))
        .Refuses("idempotency_key_reused", "idempotency_in_progress").WithMetadata(new KeyedRequests());

    private static async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, Func<RepeatedRequest, Task<IResult>> repeat)
    {
        var http = context.HttpContext;
        if (!IdempotencyHeader.TryRead(http.Request.Headers, out var text, out var error))
            return error is null ? await next(context) : Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [IdempotencyHeader.Name] = [error] }).ToResult();

        var route = http.GetEndpoint()!.Metadata.GetRequiredMetadata<IEndpointNameMetadata>().EndpointName;
        var key = new IdempotencyKey(http.User.ToCaller(), route, text, RequestHash.Of(context));
        var running = http.RequestServices.GetRequiredService<RunningKeys>();
        if (!running.TryAdd(key)) return Problem.IdempotencyInProgress().ToResult(RetrySeconds);
        try
        {
            return await FindAnswerAsync(context, key, repeat) ?? await FirstAsync(context, next, key, repeat);
        }
        finally
        {
            running.Remove(key);
        }
    }

    private static async Task<object?> FirstAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, IdempotencyKey key, Func<RepeatedRequest, Task<IResult>> repeat)
    {
        var request = context.HttpContext.RequestServices.GetRequiredService<IdempotentRequest>();
        request.Key = key;
        try
        {
            return await next(context);
        }
        catch (IdempotencyKeyTakenException)
        {
            // A request at another instance was first: it has ended by now, or it still runs.
            return await FindAnswerAsync(context, key, repeat) ?? Problem.IdempotencyInProgress().ToResult(RetrySeconds);
        }
    }

    /// <returns>Null if no earlier request with the key has made anything.</returns>
    private static async Task<IResult?> FindAnswerAsync(EndpointFilterInvocationContext context, IdempotencyKey key, Func<RepeatedRequest, Task<IResult>> repeat)
    {
        var http = context.HttpContext;
        if (await http.RequestServices.GetRequiredService<IdempotentRequest>().FindAsync(key, http.RequestAborted) is not { } record) return null;
        if (record.BodyHash != key.BodyHash) return Problem.IdempotencyKeyReused().ToResult();
        http.Response.Headers[IdempotencyHeader.Replayed] = "true";
        return await repeat(new RepeatedRequest(context, record));
    }
}
