using System.Net;
using System.Text.RegularExpressions;
using Polly;

namespace Pipeline.Client;

/// <summary>Uploads a file, or a part of one, to its presigned URL; after a failed attempt sends all of it again.</summary>
internal sealed partial class ObjectPut(HttpClient http, Uri server, RetryPolicy retries, RequestLimits limits, TimeProvider time)
{
    /// <summary>The code of a refusal because the URL has expired.</summary>
    public const string UrlExpired = "url_expired";

    /// <summary>From this size on, wait for "100 Continue" before sending, so that a refusal is an answer and not a broken connection.</summary>
    private const long WorthAsking = 1024 * 1024;

    // The client sets these headers itself, whatever the server lists.
    private static readonly HashSet<string> NotForwarded =
        new(["Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect"], StringComparer.OrdinalIgnoreCase);

    private readonly ResiliencePipeline<HttpResponseMessage> _retries = retries.Create(limits.UploadTries);

    /// <param name="upload">The presigned upload.</param>
    /// <param name="file">The file to upload.</param>
    /// <param name="sent">Called with the bytes sent so far; restarts at 0 with each attempt.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public Task PutAsync(PresignedUpload upload, LocalFile file, Action<long> sent, CancellationToken cancellationToken) =>
        PutAsync(upload, FileSlice.Whole(file), sent, cancellationToken);

    /// <param name="upload">The presigned upload.</param>
    /// <param name="slice">The bytes to upload.</param>
    /// <param name="sent">Called with the bytes sent so far; restarts at 0 with each attempt.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public async Task PutAsync(PresignedUpload upload, FileSlice slice, Action<long> sent, CancellationToken cancellationToken)
    {
        var target = Target(upload);
        var attempts = 0;
        try
        {
            using var response = await _retries.ExecuteAsync(
                async token =>
                {
                    attempts++;
                    sent(0);
                    return await OnceAsync(upload, target, slice, sent, token);
                },
                cancellationToken);
            if (response.IsSuccessStatusCode) return;

            // The URL may allow only one write, and an earlier attempt succeeded although its answer was lost. Confirm compares the sizes.
            if (attempts > 1 && response.StatusCode == HttpStatusCode.PreconditionFailed) return;
            throw await RefusedAsync(response, UrlLife.Of(upload.UploadUrl), cancellationToken);
        }
        catch (Exception e) when (ConnectionErrors.IsOfConnection(e, cancellationToken))
        {
            throw ConnectionErrors.ToException(e, $"the object store at {target.Authority}");
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(
        PresignedUpload upload, Uri target, FileSlice slice, Action<long> sent, CancellationToken cancellationToken)
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stalled.CancelAfter(limits.UploadStall);
        using var request = new HttpRequestMessage(HttpMethod.Parse(upload.Method), target);
        request.Content = new FileBody(slice.Open(), slice.Length, bytes =>
        {
            stalled.CancelAfter(limits.UploadStall);
            sent(bytes);
        });
        request.Headers.ExpectContinue = slice.Length >= WorthAsking;
        foreach (var (name, value) in upload.Headers ?? new Dictionary<string, string>())
        {
            if (NotForwarded.Contains(name)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (request.Content.Headers.ContentType is null && slice.ContentType is { } contentType)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return await http.SendAsync(request, stalled.Token);
    }

    private Uri Target(PresignedUpload upload) =>
        Uri.TryCreate(server, upload.UploadUrl, out var target) && (target.Scheme == Uri.UriSchemeHttp || target.Scheme == Uri.UriSchemeHttps)
            ? target
            : throw PipelineException.Unexpected("The server returned no upload URL. Is it a Pipeline server of the same version?");

    // Show only the code of an S3 error: the rest may contain the signed request.
    private async Task<PipelineException> RefusedAsync(HttpResponseMessage response, UrlLife? life, CancellationToken cancellationToken)
    {
        if (await Problem.ReadAsync(response, cancellationToken) is { } problem) return Problem.ToException(response.StatusCode, problem);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var code = S3Code().Match(body) is { Success: true } found ? $" {found.Groups["code"].Value}" : "";

        // Some stores give no reason. The date of the response is that of the clock which has judged the URL.
        var isExpired = response.StatusCode == HttpStatusCode.Forbidden && (Expired().IsMatch(body) || life?.MayBeOverAt(response.Headers.Date ?? time.GetUtcNow()) == true);
        return new PipelineException(
            FailureKind.StoreRefused,
            isExpired ? UrlExpired : "storage_refused",
            $"The object store refused the bytes with status {(int)response.StatusCode}{code}. Upload again; if it fails again, check the server's storage settings")
        {
            Status = response.StatusCode,
        };
    }

    // S3 says "Request has expired" with the code AccessDenied, R2 uses the code ExpiredRequest.
    [GeneratedRegex("<(Code|Message)>[^<]{0,200}expired", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Expired();

    [GeneratedRegex("<Code>(?<code>[A-Za-z]{1,60})</Code>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex S3Code();
}
