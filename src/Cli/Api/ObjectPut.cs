using System.Net;
using System.Text.RegularExpressions;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Uploads;
using Polly;

namespace Pipeline.Cli.Api;

/// <summary>Uploads a file to its presigned URL; after a failed attempt sends the whole file again.</summary>
sealed partial class ObjectPut(HttpClient http, Uri server, RetryPolicy retries, Deadlines deadlines)
{
    /// <summary>From this size on, wait for "100 Continue" before sending, so that a refusal is an answer and not a broken connection.</summary>
    private const long WorthAsking = 1024 * 1024;

    // The CLI sets these headers itself, whatever the server lists.
    private static readonly HashSet<string> NotForwarded =
        new(["Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect"], StringComparer.OrdinalIgnoreCase);

    private readonly ResiliencePipeline<HttpResponseMessage> _retries = retries.Create(deadlines.UploadTries);

    /// <param name="upload">The presigned upload.</param>
    /// <param name="file">The file to upload.</param>
    /// <param name="sent">Called with the bytes sent so far; restarts at 0 with each attempt.</param>
    /// <param name="cancellationToken">Ends all attempts.</param>
    public async Task PutAsync(PresignedUpload upload, LocalFile file, Action<long> sent, CancellationToken cancellationToken)
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
                    return await OnceAsync(upload, target, file, sent, token);
                },
                cancellationToken);
            if (response.IsSuccessStatusCode) return;

            // The URL may allow only one write, and an earlier attempt succeeded although its answer was lost. Confirm compares the sizes.
            if (attempts > 1 && response.StatusCode == HttpStatusCode.PreconditionFailed) return;
            throw await RefusedAsync(response, cancellationToken);
        }
        catch (Exception e) when (ConnectionErrors.IsOfConnection(e, cancellationToken))
        {
            throw ConnectionErrors.ToFailure(e, $"the object store at {target.Authority}");
        }
    }

    private async Task<HttpResponseMessage> OnceAsync(
        PresignedUpload upload, Uri target, LocalFile file, Action<long> sent, CancellationToken cancellationToken)
    {
        using var stalled = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stalled.CancelAfter(deadlines.UploadStall);
        using var request = new HttpRequestMessage(HttpMethod.Parse(upload.Method), target);
        request.Content = new FileBody(file.Open(), file.Length, bytes =>
        {
            stalled.CancelAfter(deadlines.UploadStall);
            sent(bytes);
        });
        request.Headers.ExpectContinue = file.Length >= WorthAsking;
        foreach (var (name, value) in upload.Headers ?? [])
        {
            if (NotForwarded.Contains(name)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        if (request.Content.Headers.ContentType is null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", file.ContentType);
        return await http.SendAsync(request, stalled.Token);
    }

    private Uri Target(PresignedUpload upload) =>
        Uri.TryCreate(server, upload.UploadUrl, out var target) && (target.Scheme == Uri.UriSchemeHttp || target.Scheme == Uri.UriSchemeHttps)
            ? target
            : throw CliFailure.Unexpected("The server returned no upload URL. Is it a Pipeline server of the same version?");

    // Show only the code of an S3 error: the rest may contain the signed request.
    private static async Task<CliFailure> RefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (await Problem.ReadAsync(response, cancellationToken) is { } problem) return Problem.ToFailure(response.StatusCode, problem);
        var code = S3Code().Match(await response.Content.ReadAsStringAsync(cancellationToken)) is { Success: true } found ? $" {found.Groups["code"].Value}" : "";
        return new CliFailure(
            ExitCode.Unreachable,
            "storage_refused",
            $"The object store refused the bytes with status {(int)response.StatusCode}{code}. Upload again; if it fails again, check the server's storage settings");
    }

    [GeneratedRegex("<Code>(?<code>[A-Za-z]{1,60})</Code>", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex S3Code();
}
