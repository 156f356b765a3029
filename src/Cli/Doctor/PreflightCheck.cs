using Pipeline.Cli.Operators;

namespace Pipeline.Cli.Doctor;

/// <summary>Sends the preflight requests that a browser sends before a page may request an upload and PUT the file.</summary>
static class PreflightCheck
{
    public static async Task<IReadOnlyList<DoctorFinding>> RunAsync(Session session, DoctorBrowser browser, CancellationToken cancellationToken)
    {
        if (browser.Origins.Length == 0) return [new DoctorFinding("cors", DoctorFinding.Skipped, "The server has no FRONTEND_URL, so no page of another origin may call it.")];
        var found = new List<DoctorFinding>();
        foreach (var origin in browser.Origins)
        {
            found.Add(await OneAsync(session, $"cors API from {origin}", new Uri(session.Server, "api/upload/presigned-url"), origin, "POST", ["authorization", "content-type"],
                "Add the origin to the API's FRONTEND_URL, and let no proxy answer OPTIONS.", cancellationToken));
            found.Add(Uri.TryCreate(browser.UploadUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? await OneAsync(session, $"cors bucket from {origin}", url, origin, "PUT", [.. browser.UploadHeaders.Select(header => header.ToLowerInvariant())],
                    $"Set the bucket's CORS rule: pipeline cors --apply --origin {origin}", cancellationToken)
                : new DoctorFinding($"cors bucket from {origin}", DoctorFinding.Fail, "The server's upload URLs are no web addresses.", "Correct the address of the store in the server's settings."));
        }

        return found;
    }

    private static async Task<DoctorFinding> OneAsync(
        Session session, string check, Uri url, string origin, string method, string[] headers, string fix, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(session.Deadlines.Requests.Request);
        using var request = new HttpRequestMessage(HttpMethod.Options, url);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", method);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", string.Join(',', headers.Order(StringComparer.Ordinal)));
        try
        {
            using var response = await session.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            return Refusal(response, origin, method, headers) is { } refusal
                ? new DoctorFinding(check, DoctorFinding.Fail, refusal, fix)
                : new DoctorFinding(check, DoctorFinding.Ok, $"A page may send {method}.");
        }
        catch (Exception e) when (ConnectionErrors.IsOfConnection(e, cancellationToken))
        {
            return new DoctorFinding(check, DoctorFinding.Fail, ConnectionErrors.ToException(e, url.GetLeftPart(UriPartial.Authority)).Message, "Check the address, and that browsers can reach it.");
        }
    }

    /// <summary>Why a browser would not send the request; null if it would. See "CORS protocol" of the Fetch standard.</summary>
    internal static string? Refusal(HttpResponseMessage response, string origin, string method, IReadOnlyList<string> headers)
    {
        if (!response.IsSuccessStatusCode) return $"The preflight request gets status {(int)response.StatusCode}.";
        var allowed = Values(response, "Access-Control-Allow-Origin");
        if (allowed is not [var only] || (only != "*" && only != origin)) return "The answer to the preflight request does not allow the origin.";
        var methods = Values(response, "Access-Control-Allow-Methods");
        if (!methods.Contains(method, StringComparer.Ordinal) && !methods.Contains("*", StringComparer.Ordinal)) return $"The answer to the preflight request does not allow {method}.";
        var names = Values(response, "Access-Control-Allow-Headers");
        var missing = headers.Where(header => !names.Contains(header, StringComparer.OrdinalIgnoreCase) && (header == "authorization" || !names.Contains("*", StringComparer.Ordinal))).ToList();
        return missing.Count > 0 ? $"The answer to the preflight request does not allow the headers {string.Join(", ", missing)}." : null;
    }

    private static string[] Values(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) ? [.. values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))] : [];
}
