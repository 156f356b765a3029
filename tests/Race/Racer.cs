using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Pipeline.TestKit;

namespace Pipeline.Race;

internal sealed record Upload(Guid Id, Uri UploadUrl, Dictionary<string, string> Headers);

internal sealed record Variant(string Format, string Sha256, string Key);

internal sealed record Refusal(string Code);

internal sealed record AssetAnswer(
    string Status,
    string? Sha256,
    IReadOnlyList<Variant>? Variants,
    Refusal? Rejection,
    Refusal? Failure,
    DateTimeOffset? ConfirmedAt,
    DateTimeOffset? ReadyAt);

/// <summary>Runs the two sides of a race over HTTP: one uploads and confirms, the other PUTs a second file with the same URL.</summary>
internal sealed class Racer(Track track, HttpClient http)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>The asset in its final status.</summary>
    public async Task<(Guid Id, AssetAnswer Asset)> RunAsync(Plan plan, TimeSpan wait, CancellationToken cancellationToken)
    {
        var upload = await ReadAsync<Upload>(await SendAsync(HttpMethod.Post, "/api/upload/presigned-url",
            new { filename = "race.png", contentType = "image/png", fileSize = plan.First.Bytes.Length }, cancellationToken), cancellationToken);
        await PutAsync(upload, plan.First.Bytes, cancellationToken);

        if (plan.BesideConfirm)
        {
            var second = PutAsync(upload, plan.Second.Bytes, cancellationToken);
            await Task.Delay(wait, cancellationToken);
            await ConfirmAsync(upload, cancellationToken);
            await second;
        }
        else
        {
            await ConfirmAsync(upload, cancellationToken);
            await Task.Delay(wait, cancellationToken);
            await PutAsync(upload, plan.Second.Bytes, cancellationToken);
        }

        AssetAnswer? asset = null;
        await Eventually.True(
            async () =>
            {
                asset = await ReadAsync<AssetAnswer>(await SendAsync(HttpMethod.Get, $"/api/assets/{upload.Id}", null, cancellationToken), cancellationToken);
                return asset.Status is not ("queued" or "processing" or "pending");
            },
            $"asset {upload.Id} ends",
            Limit);
        return (upload.Id, asset!);
    }

    private async Task ConfirmAsync(Upload upload, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, "/api/upload/confirm", new { id = upload.Id }, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private async Task PutAsync(Upload upload, byte[] bytes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, upload.UploadUrl) { Content = new ByteArrayContent(bytes) };
        foreach (var (name, value) in upload.Headers)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(method, new Uri(track.Address, path)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", track.Token());
        return http.SendAsync(request, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<T>(cancellationToken) ?? throw new JsonException("The answer is empty.");
        }
    }
}
