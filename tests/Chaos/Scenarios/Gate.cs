using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>Holds matching requests in front of a store until it is opened.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, bool> _waiting = new(StringComparer.Ordinal);

    public Gate(StoreProxy proxy, Func<HttpRequest, bool> meant) => proxy.Answer = async (request, gone) =>
    {
        if (!meant(request)) return null;
        _waiting.TryAdd(request.Path.Value!, true);
        await _open.Task.WaitAsync(gone);
        return null;
    };

    /// <summary>Number of objects for which a request has arrived. A retried request counts once.</summary>
    public int Waiting => _waiting.Count;

    public void Open() => _open.TrySetResult();
}

/// <summary>The requests of a worker at each processing step.</summary>
internal static class Requests
{
    public static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) && Holds(request, "/uploads/");

    public static bool IsFreeze(HttpRequest request) => HttpMethods.IsPut(request.Method) && Holds(request, "/originals/");

    public static bool IsVariant(HttpRequest request) => HttpMethods.IsPut(request.Method) && Holds(request, "/assets/");

    public static bool IsLargerVariant(HttpRequest request) => IsVariant(request) && Holds(request, "/w640.");

    private static bool Holds(HttpRequest request, string part) => request.Path.Value!.Contains(part, StringComparison.Ordinal);
}
