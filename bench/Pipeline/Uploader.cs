using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pipeline.TestKit;

namespace Pipeline.Bench.Pipeline;

/// <summary>One user of the API, new for each run, so that the list of assets is the run's alone.</summary>
internal sealed class Uploader : IDisposable
{
    private readonly HttpClient _api;
    private readonly HttpClient _store = new();

    public Uploader(Uri api, string secret)
    {
        _api = new HttpClient { BaseAddress = api };
        _api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AppToken.For($"bench-{Guid.NewGuid():N}", secret));
    }

    /// <summary>Asks for a URL and sends the photo there; it is not confirmed yet.</summary>
    public async Task<string> PutAsync(byte[] photo)
    {
        var asked = new { filename = "photo.jpg", contentType = "image/jpeg", fileSize = photo.Length };
        var upload = await AnswerAsync(await _api.PostAsJsonAsync("/api/upload/presigned-url", asked));
        using var body = new ByteArrayContent(photo);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        (await _store.PutAsync(new Uri(Text(upload, "uploadUrl")), body)).EnsureSuccessStatusCode();
        return Text(upload, "id");
    }

    public async Task ConfirmAsync(string id) => await AnswerAsync(await _api.PostAsJsonAsync("/api/upload/confirm", new { id }));

    public async Task<bool> IsAnythingInWorkAsync()
    {
        foreach (var status in (string[])["queued", "processing"])
            if ((await AnswerAsync(await _api.GetAsync(new Uri($"/api/assets?status={status}&limit=1", UriKind.Relative))))["items"]!.AsArray().Count > 0)
                return true;
        return false;
    }

    /// <summary>From the confirm to the moment when the row said ready.</summary>
    /// <exception cref="BenchException">It is not ready.</exception>
    public async Task<TimeSpan> WaitOfAsync(string id)
    {
        var asset = await AnswerAsync(await _api.GetAsync(new Uri($"/api/assets/{id}", UriKind.Relative)));
        return Text(asset, "status") == "ready"
            ? asset["readyAt"]!.GetValue<DateTimeOffset>() - asset["confirmedAt"]!.GetValue<DateTimeOffset>()
            : throw new BenchException($"An asset ended as {Text(asset, "status")}: {asset["rejection"] ?? asset["failure"]}. Give photos that can be processed.");
    }

    public void Dispose()
    {
        _api.Dispose();
        _store.Dispose();
    }

    private static async Task<JsonNode> AnswerAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new BenchException($"The API answered {(int)response.StatusCode}: {text}");
        }
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}

/// <summary>Ends the benchmark with one line.</summary>
internal sealed class BenchException(string message) : Exception(message);
