using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Bench.Load;

/// <summary>A user of the API, who may send many requests at once.</summary>
internal sealed class LoadUser : IDisposable
{
    private readonly HttpClient _api;
    private readonly HttpClient _store = new();

    public LoadUser(Uri api, string token)
    {
        _api = new HttpClient { BaseAddress = api };
        _api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Requests a URL and uploads the photo without the confirm.</summary>
    public async Task<(Guid Id, TimeSpan Presign)> PutAsync(byte[] photo, string type = "jpeg")
    {
        var watch = Stopwatch.StartNew();
        var upload = await SendAsync(HttpMethod.Post, "/api/upload/presigned-url", new { filename = $"photo.{type}", contentType = $"image/{type}", fileSize = photo.Length });
        var presign = watch.Elapsed;
        using var body = new ByteArrayContent(photo);
        body.Headers.ContentType = new MediaTypeHeaderValue($"image/{type}");
        using var answer = await _store.PutAsync(new Uri(upload["uploadUrl"]!.GetValue<string>()), body);
        answer.EnsureSuccessStatusCode();
        return (upload["id"]!.GetValue<Guid>(), presign);
    }

    /// <returns>Duration of the API's response.</returns>
    public async Task<TimeSpan> ConfirmAsync(Guid id)
    {
        var watch = Stopwatch.StartNew();
        await SendAsync(HttpMethod.Post, "/api/upload/confirm", new { id });
        return watch.Elapsed;
    }

    /// <summary>Requests a URL only.</summary>
    public async Task<Guid> PresignAsync() =>
        (await SendAsync(HttpMethod.Post, "/api/upload/presigned-url", new { filename = "photo.jpeg", contentType = "image/jpeg", fileSize = 1000 }))["id"]!.GetValue<Guid>();

    public Task DeleteAsync(Guid id) => SendAsync(HttpMethod.Delete, $"/api/assets/{id}", null);

    public Task AddWebhookAsync(string url) => SendAsync(HttpMethod.Post, "/api/webhooks", new { url });

    public Task ReprocessAsync(Guid id) => SendAsync(HttpMethod.Post, $"/api/assets/{id}/reprocess", null);

    public async Task<bool> IsReadyAsync(Guid id) =>
        (await SendAsync(HttpMethod.Get, $"/api/assets/{id}", null))["status"]!.GetValue<string>() == "ready";

    /// <summary>Polls the asset until its final status.</summary>
    /// <returns>The final status, and the time from confirm to ready; null if it did not become ready.</returns>
    public async Task<(string Status, TimeSpan? Wait)> EndAsync(Guid id, TimeSpan pause)
    {
        while (true)
        {
            var asset = await SendAsync(HttpMethod.Get, $"/api/assets/{id}", null);
            var status = asset["status"]!.GetValue<string>();
            if (status is "ready" or "rejected" or "failed") return (status, Time(asset, "readyAt") - Time(asset, "confirmedAt"));
            await Task.Delay(pause);
        }

        static DateTimeOffset? Time(JsonNode asset, string name) => asset[name]?.GetValue<DateTimeOffset>();
    }

    public Task ListAsync() => SendAsync(HttpMethod.Get, "/api/assets", null);

    public void Dispose()
    {
        _api.Dispose();
        _store.Dispose();
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await _api.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(text.Length > 0 ? text : "{}")! : throw new BenchException($"The API answered {(int)response.StatusCode}: {text}");
    }
}
