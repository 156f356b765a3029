using System.Net;

namespace Pipeline.Client;

/// <summary>Creates HTTP clients.</summary>
internal static class HttpClients
{
    /// <summary>Larger than any answer of the API; a server that sends more is not a Pipeline server.</summary>
    private const int LargestAnswer = 16 * 1024 * 1024;

    /// <param name="limits">The timeouts.</param>
    /// <param name="product">The name in User-Agent.</param>
    public static HttpClient Create(RequestLimits limits, string product)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect would send the token or a photo to a host that the user did not choose.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = limits.Connect,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
            Proxy = new LoopbackIsDirect(HttpClient.DefaultProxy),
        };
        var client = new HttpClient(handler)
        {
            // Each request has its own timeout: one for all would be too long for small requests and too short for large photos.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"{product}/{typeof(HttpClients).Assembly.GetName().Version?.ToString(3)}");
        return client;
    }

    /// <summary>Whether the host is <c>localhost</c> or a loopback address; names are not resolved.</summary>
    public static bool IsLoopback(Uri uri) =>
        uri.DnsSafeHost.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(uri.DnsSafeHost, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Uses the machine's proxy, except for loopback addresses: a proxy cannot reach them and must not see their tokens.</summary>
    private sealed class LoopbackIsDirect(IWebProxy machine) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => machine.Credentials;
            set => machine.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : machine.GetProxy(destination);

        public bool IsBypassed(Uri host) => IsLoopback(host) || machine.IsBypassed(host);
    }
}
