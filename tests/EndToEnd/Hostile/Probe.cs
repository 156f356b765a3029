using System.Text.Json;

namespace Pipeline.EndToEnd.Hostile;

/// <summary>Sends faulty requests, and collects all faults of the responses.</summary>
internal sealed class Probe(HttpClient http)
{
    // Text that only the server's internals contain.
    private static readonly string[] Inside =
        ["Exception", "   at ", "System.", "Microsoft.", "Npgsql", "Sqlite", "StackTrace", "Pipeline.UploadApi", "IDX1", ".cs:line", "Password="];

    public List<string> Faults { get; } = [];

    public int Sent { get; private set; }

    /// <param name="what">Name of the request in the fault's text.</param>
    /// <param name="expected">The allowed statuses; empty allows any below 500.</param>
    public async Task<Probed> SendAsync(string what, HttpRequestMessage request, params int[] expected)
    {
        Sent++;
        using (request)
        using (var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            var probed = new Probed((int)response.StatusCode, await BodyAsync(response.Content), response.Headers.ToString() + response.Content.Headers);
            var wrong = Wrong(probed, response, expected).ToList();
            if (wrong.Count > 0) Faults.Add($"{what}: {string.Join("; ", wrong)}: {probed.Status} {Start(probed.Body)}");
            return probed;
        }
    }

    public static HttpRequestMessage Request(string method, string path, string? token, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Content = content };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return request;
    }

    public static HttpContent Json(string text) => Json(Encoding.UTF8.GetBytes(text));

    public static HttpContent Json(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>The rules for every response, good or bad.</summary>
    public static IEnumerable<string> WrongHeaders(HttpResponseMessage response)
    {
        if (!Has(response, "X-Content-Type-Options", "nosniff")) yield return "no nosniff";
        if (!Has(response, "Content-Security-Policy", "default-src 'none'")) yield return "no Content-Security-Policy";
        foreach (var banner in new[] { "Server", "X-Powered-By", "X-AspNet-Version", "X-Injected" })
            if (response.Headers.Contains(banner))
                yield return $"a header {banner}";
    }

    // A stream of one's own never ends: its beginning shows the current state.
    private static async Task<string> BodyAsync(HttpContent content)
    {
        if (content.Headers.ContentType?.MediaType != "text/event-stream") return await content.ReadAsStringAsync();
        await using var stream = await content.ReadAsStreamAsync();
        var beginning = new byte[64 * 1024];
        return Encoding.UTF8.GetString(beginning.AsSpan(0, await stream.ReadAsync(beginning)));
    }

    private static bool Has(HttpResponseMessage response, string name, string value) =>
        response.Headers.TryGetValues(name, out var values) && values.Any(v => v.Contains(value, StringComparison.Ordinal));

    private static IEnumerable<string> Wrong(Probed probed, HttpResponseMessage response, int[] expected)
    {
        if (probed.Status >= 500) yield return "a fault of the server";
        if (expected.Length > 0 && !expected.Contains(probed.Status)) yield return $"not {string.Join(" or ", expected)}";
        if (probed.Status >= 400 && probed.Code is null) yield return "no code";
        foreach (var word in Inside)
            if (probed.Body.Contains(word, StringComparison.Ordinal))
                yield return $"it tells of the inside: {word}";
        foreach (var wrong in WrongHeaders(response)) yield return wrong;
    }

    private static string Start(string text) => text.Length > 200 ? text[..200] : text;
}

/// <summary>The response to a probe.</summary>
internal sealed record Probed(int Status, string Body, string Headers)
{
    /// <summary>The stable code of a problem; null if the body is not a problem.</summary>
    public string? Code
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body) is JsonObject problem ? problem["code"]?.ToString() : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
