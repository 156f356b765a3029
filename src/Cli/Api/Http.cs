using System.Net;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Api;

/// <summary>Makes the HTTP client of a run.</summary>
static class Http
{
    /// <summary>Above any answer of the API; a server that sends more is not one of ours.</summary>
    private const int LargestAnswer = 16 * 1024 * 1024;

    public static HttpClient Create(Deadlines deadlines)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirect would carry the token or the bytes of a photo to where nobody said they should go.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = deadlines.Connect,
            Expect100ContinueTimeout = TimeSpan.FromSeconds(1),
            Proxy = new LoopbackIsDirect(HttpClient.DefaultProxy),
        };
        var client = new HttpClient(handler)
        {
            // Deadlines are set for each request: one for all would be too long for a question and too short for a large photo.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"pipeline-cli/{typeof(Http).Assembly.GetName().Version?.ToString(3)}");
        return client;
    }

    /// <summary>The machine's proxy, except for this machine itself, which a proxy cannot reach and whose tokens it should not see.</summary>
    private sealed class LoopbackIsDirect(IWebProxy machine) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => machine.Credentials;
            set => machine.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : machine.GetProxy(destination);

        public bool IsBypassed(Uri host) => Connection.IsLoopback(host) || machine.IsBypassed(host);
    }
}
