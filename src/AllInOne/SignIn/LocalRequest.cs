using System.Net;

namespace Pipeline.AllInOne.SignIn;

/// <summary>
/// Tells a request of this machine from one that was forwarded, as far as it shows. A plain relay looks local, so this is never enough by itself:
/// the key is what counts.
/// </summary>
internal static class LocalRequest
{
    // Where the framework is told to believe X-Forwarded-For, it takes the address from there and leaves the true one in X-Original-For.
    private static readonly string[] SignsOfAProxy =
        ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Real-IP", "Forwarded", "Via"];

    // The name is looked at as well, since a rebound DNS name lets a web page ask from this machine.
    public static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && !SignsOfAProxy.Any(context.Request.Headers.ContainsKey)
        && IsLoopback(context.Request.Host.Host);

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
