using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Assets.Purging;

/// <summary>
/// Purges URLs from Cloudflare's cache. Requests go only to the configured API; the URLs are only named in their bodies.
/// </summary>
/// <remarks>Source of the rules: "Purge Cached Content" in the reference of Cloudflare's API.</remarks>
internal sealed class CloudflarePurge : ICachePurge, IDisposable
{
    // Of a longer answer nothing is needed.
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly HttpClient _http;
    private readonly Uri _target;
    private readonly AuthenticationHeaderValue _token;

    public CloudflarePurge(CloudflareOptions options)
    {
        _target = new Uri($"{options.BaseAddress.AbsoluteUri.TrimEnd('/')}/zones/{options.ZoneId}/purge_cache");
        _token = new AuthenticationHeaderValue("Bearer", options.ApiToken);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // A redirect would carry the token to another host.
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = TimeSpan.FromSeconds(15),
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    /// <summary>Cloudflare accepts 30 on every plan.</summary>
    public int MaxUrls => 30;

    public bool IsNeeded => true;

    public void Dispose() => _http.Dispose();

    public async Task<PurgeResult> PurgeAsync(IReadOnlyList<Uri> urls, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _target) { Content = JsonContent.Create(new { files = urls.Select(url => url.AbsoluteUri) }) };
        request.Headers.Authorization = _token;
        using var response = await _http.SendAsync(request, cancellationToken);
        var answer = await AnswerAsync(response, cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK && answer?["success"] is JsonValue success && success.TryGetValue(out bool isDone) && isDone) return new PurgeResult.Purged();
        return new PurgeResult.Refused($"HTTP {(int)response.StatusCode}{Codes(answer)}", RetryAfter(response));
    }

    private static async Task<JsonObject?> AnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Only numbers, because a message could repeat anything of the request.
    private static string Codes(JsonObject? answer)
    {
        var codes = (answer?["errors"] as JsonArray ?? []).Take(5)
            .Select(error => error is JsonObject one && one["code"] is JsonValue code && code.TryGetValue(out int number) ? number.ToString(CultureInfo.InvariantCulture) : null)
            .OfType<string>()
            .ToList();
        return codes.Count == 0 ? "" : $", code {string.Join(", ", codes)}";
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;
}
