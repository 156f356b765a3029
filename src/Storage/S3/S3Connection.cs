using Amazon.Runtime;
using Amazon.S3;

namespace Pipeline.Storage.S3;

/// <summary>The SDK's client with the settings that R2, S3 and Ceph all take, on connections of our own.</summary>
internal sealed class S3Connection : IDisposable
{
    private readonly OneHttpClient _http;

    /// <param name="handler">Sends the requests in place of a socket handler.</param>
    public S3Connection(S3AreaSettings area, S3StorageOptions options, HttpMessageHandler? handler = null)
    {
        _http = new OneHttpClient(handler ?? new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            // So that a changed address is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // A redirected request would carry a signature for another host.
            AllowAutoRedirect = false,
            UseCookies = false,
        });
        Client = new AmazonS3Client(new BasicAWSCredentials(area.AccessKeyId, area.SecretAccessKey), new AmazonS3Config
        {
            ServiceURL = area.ServiceUrl.AbsoluteUri,
            AuthenticationRegion = area.Region,
            ForcePathStyle = area.PathStyle,
            // Otherwise the SDK adds CRC trailers, which R2 refuses.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // Tries and deadlines are S3Calls' alone: two that retry would multiply.
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            IgnoreConfiguredEndpointUrls = true,
            HttpClientFactory = _http,
        });
    }

    public AmazonS3Client Client { get; }

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
    /// The SDK lets every upload wait for a "100 Continue", which costs small ones a round trip, and while it waits the body is read by
    /// a task of its own, which a next try would meet. Only where a condition may fail is it worth that to ask first.
    /// </summary>
    private sealed class Straight : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.IfNoneMatch.Count == 0) request.Headers.ExpectContinue = false;
            var response = await base.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode || !AsksForObject(request)) return response;

            // The SDK would call no length 0, and an object that ends where the connection does cannot be told from a part of one; and it
            // stumbles over an empty tag.
            if (response.Content.Headers.ContentLength is null) throw Unbelievable("it answered without a length.");
            if (!response.Headers.TryGetValues("ETag", out var tags) || tags.All(tag => tag.Trim('"').Length == 0))
                throw Unbelievable("it answered without an entity tag.");
            return response;

            S3ResponseException Unbelievable(string why)
            {
                response.Dispose();
                return new S3ResponseException(why);
            }
        }

        // Listings and the bucket's rules have a query that tells what they are.
        private static bool AsksForObject(HttpRequestMessage request) =>
            (request.Method == HttpMethod.Get || request.Method == HttpMethod.Head) && request.RequestUri!.Query is "" or "?x-id=GetObject";
    }
}
