using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Pipeline.Corpus;

internal sealed record Upload(Guid Id, Uri UploadUrl, string Method, Dictionary<string, string> Headers);

internal sealed record Variant(string Name, int Width, int Height, string Format, long Bytes, Uri Url);

internal sealed record Fault(string Code);

internal sealed record AssetAnswer(
    string Status, int? Width, int? Height, IReadOnlyList<Variant> Variants, Fault? Rejection, Fault? Failure);

/// <summary>A client that uses only the HTTP API.</summary>
/// <param name="token">Makes a new token, since a run may outlast one.</param>
internal sealed class PipelineClient(HttpClient http, Func<string> token)
{
    public string Token() => token();

    /// <summary>Returns null and the server's message if it refuses the file with 400.</summary>
    public async Task<(Upload? Upload, string Refusal)> PresignAsync(
        string token, string filename, string contentType, long fileSize, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(
            HttpMethod.Post, "api/upload/presigned-url", token, new { filename, contentType, fileSize }, cancellationToken);
        if (response.StatusCode == HttpStatusCode.BadRequest)
            return (null, await CodeAsync(response, cancellationToken));
        await DemandAsync(response, "presign", HttpStatusCode.OK, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<Upload>(cancellationToken), "");
    }

    public async Task PutAsync(Upload upload, string file, CancellationToken cancellationToken)
    {
        await using var bytes = File.OpenRead(file);
        using var request = new HttpRequestMessage(new HttpMethod(upload.Method), upload.UploadUrl) { Content = new StreamContent(bytes) };
        foreach (var (name, value) in upload.Headers)
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
            throw new UnexpectedAnswerException($"PUT {(int)response.StatusCode} {await CodeAsync(response, cancellationToken)}");
    }

    public async Task ConfirmAsync(string token, Guid id, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Post, "api/upload/confirm", token, new { id }, cancellationToken);
        await DemandAsync(response, "confirm", HttpStatusCode.Accepted, cancellationToken);
    }

    public async Task<AssetAnswer> AssetAsync(string token, Guid id, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"api/assets/{id}", token, null, cancellationToken);
        await DemandAsync(response, "asset", HttpStatusCode.OK, cancellationToken);
        var asset = await response.Content.ReadFromJsonAsync<AssetAnswer>(cancellationToken);
        return asset!.Variants is null ? asset with { Variants = [] } : asset;
    }

    public async Task<byte[]> DownloadAsync(Uri url, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(url, cancellationToken);
        await DemandAsync(response, "variant", HttpStatusCode.OK, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string token, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request, cancellationToken);
    }

    private static async Task DemandAsync(
        HttpResponseMessage response, string what, HttpStatusCode status, CancellationToken cancellationToken)
    {
        if (response.StatusCode != status)
            throw new UnexpectedAnswerException($"{what} {(int)response.StatusCode} {await CodeAsync(response, cancellationToken)}");
    }

    /// <summary>The code of a problem, or the first words of any other response.</summary>
    private static async Task<string> CodeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var problem = JsonDocument.Parse(text);
            return problem.RootElement.GetProperty("code").GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return text.Length > 80 ? text[..80] : text;
        }
    }
}

/// <summary>The server violated its API; the row fails and the run continues.</summary>
internal sealed class UnexpectedAnswerException(string message) : Exception(message);
