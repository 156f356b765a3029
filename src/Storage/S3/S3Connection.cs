using Amazon.Runtime;
using Amazon.S3;
using Pipeline.Storage.Costs;

namespace Pipeline.Storage.S3;

/// <summary>The SDK's client with settings that work with R2, S3 and Ceph, on its own HTTP connections.</summary>
internal sealed class S3Connection : IDisposable
{
    private readonly OneHttpClient _http;

    /// <param name="area">The bucket.</param>
    /// <param name="options">Timeouts.</param>
    /// <param name="handler">Sends the requests instead of a socket handler.</param>
    /// <param name="counts">Counts the requests; null for none.</param>
    public S3Connection(S3AreaSettings area, S3StorageOptions options, HttpMessageHandler? handler = null, StoreRequestCounts? counts = null)
    {
        _http = new OneHttpClient(new S3Metrics(handler ?? Sockets(area, options), area, counts));
        Client = new AmazonS3Client(area.Signer(), new AmazonS3Config
        {
            ServiceURL = area.ServiceUrl.AbsoluteUri,
            AuthenticationRegion = area.Region,
            ForcePathStyle = area.PathStyle,
            // Otherwise the SDK adds CRC trailers, which R2 refuses.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // S3Calls alone handles retries and timeouts: retries at two levels would multiply.
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            IgnoreConfiguredEndpointUrls = true,
            HttpClientFactory = _http,
        });
    }

    public AmazonS3Client Client { get; }

    private static SocketsHttpHandler Sockets(S3AreaSettings area, S3StorageOptions options)
    {
        var sockets = area.Handler();
        sockets.ConnectTimeout = options.ConnectTimeout;
        return sockets;
    }

    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
    }

    private sealed class OneHttpClient(HttpMessageHandler handler) : HttpClientFactory, IDisposable
    {
        private readonly HttpClient _client = new(new Straight { InnerHandler = handler }) { Timeout = Timeout.InfiniteTimeSpan };

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        public void Dispose() => _client.Dispose();
    }

    /// <summary>
    /// The SDK makes every upload wait for "100 Continue". That costs small uploads a round trip, and while the SDK waits, another task reads
    /// the body and can collide with a retry. Asking first is worth that only for a conditional request, which may fail.
    /// </summary>
    private sealed class Straight : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.IfNoneMatch.Count == 0) request.Headers.ExpectContinue = false;
            var response = await base.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode || !AsksForObject(request)) return response;

            // The SDK reads a missing length as 0, and without a length an object that ends with the connection looks like a truncated one. The
            // SDK also fails on an empty tag.
            if (response.Content.Headers.ContentLength is null) throw WrongResponse("the response has no length.");
            if (!response.Headers.TryGetValues("ETag", out var tags) || tags.All(tag => tag.Trim('"').Length == 0))
                throw WrongResponse("the response has no entity tag.");
            return response;

            S3ResponseException WrongResponse(string why)
            {
                response.Dispose();
                return new S3ResponseException(why);
            }
        }

        // Listings and requests for the bucket's rules have a query that identifies them.
        private static bool AsksForObject(HttpRequestMessage request) =>
            (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head) && request.RequestUri!.Query is "" or "?x-id=GetObject";
    }
}
