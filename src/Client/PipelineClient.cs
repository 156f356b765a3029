using System.Text.Json;

namespace Pipeline.Client;

/// <summary>
/// A client of a Pipeline server. Its methods can run side by side. Requests that can be repeated are, after broken connections and after the waits
/// that the server asks for. Failures are <see cref="PipelineException"/>.
/// </summary>
public sealed partial class PipelineClient : IDisposable
{
    private readonly PipelineClientOptions _options;
    private readonly HttpClient _http;
    private readonly ApiChannel _channel;
    private readonly ApiClient _api;
    private readonly AssetWaiter _waiter;
    private readonly FileUploads _uploads;
    private readonly EventFeed _feed;

    /// <param name="server">The address of the server.</param>
    /// <param name="token">The token of the user.</param>
    public PipelineClient(Uri server, string token)
        : this(new PipelineClientOptions { Server = server, Token = _ => ValueTask.FromResult<string?>(token) })
    {
    }

    /// <param name="options">Where the server is, and who asks.</param>
    public PipelineClient(PipelineClientOptions options)
    {
        if (!options.Server.IsAbsoluteUri || (options.Server.Scheme != Uri.UriSchemeHttp && options.Server.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException("The server must be an absolute http or https address.", nameof(options));
        var server = new Uri(options.Server.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        _options = options;
        _http = options.Http ?? HttpClients.Create(options.Limits, "pipeline-client");
        var retries = new RetryPolicy(options.Limits, options.Time, options.Time, options.Waiting);
        _channel = new ApiChannel(_http, server, options.Token, retries, options.Limits);
        _api = new ApiClient(_channel);
        _waiter = new AssetWaiter(_api, options.Limits, options.Time, options.Time);
        _uploads = new FileUploads(_api, new ObjectPut(_http, server, retries, options.Limits, options.Time), _waiter, server, options.Time);
        _feed = new EventFeed(_channel, _api, options.Limits, options.Time);
    }

    /// <summary>Uploads a file: a large one in parts, a small one by a single PUT. Confirms it, and waits until the asset is final.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    /// <returns>The asset: ready, rejected or failed; or not final, if <see cref="UploadOptions.Wait"/> is null.</returns>
    public async Task<Asset> UploadAsync(string path, UploadOptions? options = null, CancellationToken cancellationToken = default)
    {
        var result = (await UploadAllAsync([path], options, cancellationToken))[0];
        if (result.Failure is { } failure) throw failure;
        return result.Asset ?? await GetAsync(result.Id!, cancellationToken);
    }

    /// <summary>Uploads several files, three at a time unless the options say otherwise. A file that fails does not stop the others.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the uploads.</param>
    /// <returns>One result for each file, in the same order.</returns>
    public async Task<IReadOnlyList<UploadedFile>> UploadAllAsync(IEnumerable<string> paths, UploadOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new UploadOptions();
        var token = options.ResumeFolder is null ? null : await _options.Token(cancellationToken);
        return await _uploads.RunAsync([.. paths], options, token, cancellationToken);
    }

    /// <summary>Requests a presigned URL, for a program that sends the bytes by itself.</summary>
    /// <param name="file">The file.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="idempotencyKey">The same key makes the same upload again, for 24 hours; null for a new one.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public async Task<PresignedUpload> PresignAsync(NewFile file, UploadOptions? options = null, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        (await PresignAllAsync([file], options, idempotencyKey, cancellationToken)).Uploads[0];

    /// <summary>Requests presigned URLs for 1 to 100 files, for all or for none.</summary>
    /// <param name="files">The files.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="idempotencyKey">The same key makes the same uploads again, for 24 hours; null for new ones.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public Task<PresignedBatch> PresignAllAsync(IReadOnlyList<NewFile> files, UploadOptions? options = null, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        options ??= new UploadOptions();
        var requests = files.Select(file => new PresignRequest(file.Filename, file.ContentType, file.FileSize, file.Sha256, options.Profile)).ToList();
        return _api.PresignAsync(new PresignBatchRequest(requests, options.Temporary, options.Visibility, options.AutoConfirm), cancellationToken, idempotencyKey);
    }

    /// <summary>Requests another URL for an upload that was requested before.</summary>
    /// <param name="id">The upload.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public Task<PresignedUpload> SignAgainAsync(string id, CancellationToken cancellationToken = default) => _api.SignAgainAsync(id, cancellationToken);

    /// <summary>Confirms that the bytes have arrived. Can be repeated.</summary>
    /// <param name="id">The upload.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    /// <returns>The status of the asset.</returns>
    public async Task<string> ConfirmAsync(string id, CancellationToken cancellationToken = default) => (await _api.ConfirmAsync(id, cancellationToken)).Status;

    /// <summary>Waits until an asset is final.</summary>
    /// <param name="id">The asset.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="PipelineException">With <see cref="FailureKind.NotFinished"/> after <paramref name="limit"/>.</exception>
    public async Task<Asset> WaitAsync(string id, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        var waited = await _waiter.WaitAsync(id, revision: 0, limit, _ => { }, cancellationToken);
        return waited is { Finished: true, Last: { } last }
            ? last.Value
            : throw new PipelineException(FailureKind.NotFinished, PipelineException.NotFinishedCode, $"Not finished after {limit.TotalSeconds:0} s. The server continues");
    }

    /// <summary>Follows the user's events by requests with a cursor: each at least once, in order, also when the server is away for a while.</summary>
    /// <param name="after">The id of an event, after which the next ones come; null for all that the server still has. Keep the id of the last event that you have dealt with.</param>
    /// <param name="types">The types; empty for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<PipelineEvent> EventsAsync(string? after = null, IReadOnlyCollection<string>? types = null, CancellationToken cancellationToken = default) =>
        _feed.PollAsync(after, types ?? [], cancellationToken);

    /// <summary>The same by Server-Sent Events, which come at once. It connects again after the last event when the connection breaks.</summary>
    /// <param name="after">The id of an event, after which the next ones come; null for those from now on.</param>
    /// <param name="types">The types; empty for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<PipelineEvent> StreamEventsAsync(string? after = null, IReadOnlyCollection<string>? types = null, CancellationToken cancellationToken = default) =>
        _feed.StreamAsync(after, types ?? [], cancellationToken);

    /// <summary>Closes the connections, unless the options brought the HTTP client.</summary>
    public void Dispose()
    {
        if (_options.Http is null) _http.Dispose();
    }

    private async Task<T> AskAsync<T>(Call call, CancellationToken cancellationToken) => (await _channel.AskAsync<T>(call, cancellationToken)).Value;

    private static string PathOf(string id) => $"api/assets/{Uri.EscapeDataString(id)}";
}
