using System.Net;

namespace Pipeline.AllInOne.SignIn;

/// <summary>
/// Detects requests from this machine, as opposed to forwarded ones, as far as possible. A plain TCP relay looks local, so this check is never
/// enough by itself: the key decides.
/// </summary>
internal static class LocalRequest
{
    // If the framework trusts X-Forwarded-For, it takes the address from there and moves the original one to X-Original-For.
    private static readonly string[] SignsOfAProxy =
        ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Real-IP", "Forwarded", "Via"];

    // The host name is checked too, because DNS rebinding lets a web page send requests from this machine.
    public static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && !SignsOfAProxy.Any(context.Request.Headers.ContainsKey)
        && IsLoopback(context.Request.Host.Host);

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
