namespace Pipeline.EndToEnd.Harness;

/// <summary>An app developer's client: plain HTTP, without the product's own client.</summary>
public sealed class Person(HttpClient http, string token) : IDisposable
{
    private static readonly string[] Terminal = ["ready", "rejected", "failed", "expired", "deleted"];

    // The same for all servers, whatever their settings.
    private static OpenApiFit? _fit;

    public string Token => token;

    public async Task<Answer> GetAsync(string path) => await FittingAsync(path, await http.GetAsync(new Uri(path, UriKind.Relative)));

    public async Task<Answer> PostAsync(string path, object? body = null) => await FittingAsync(path, await http.PostAsJsonAsync(path, body));

    public async Task<Answer> PutJsonAsync(string path, object body) => await FittingAsync(path, await http.PutAsJsonAsync(path, body));

    public async Task<Answer> PatchJsonAsync(string path, object body) => await FittingAsync(path, await http.PatchAsJsonAsync(path, body));

    public async Task<Answer> DeleteAsync(string path) => await FittingAsync(path, await http.DeleteAsync(new Uri(path, UriKind.Relative)));

    public Task<Answer> PresignAsync(string fileName, string contentType, long size, string? sha256 = null) =>
        PostAsync("/api/upload/presigned-url", new { filename = fileName, contentType, fileSize = size, sha256 });

    /// <summary>Sends only the headers that the presign response names, unless told otherwise. Without the user's token, since the URL is enough.</summary>
    public static async Task<Answer> PutAsync(Answer presigned, byte[] bytes, string? contentType = null, HttpMethod? method = null)
    {
        using var bare = new HttpClient();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Put, presigned.Text("uploadUrl")) { Content = new ByteArrayContent(bytes) };
        foreach (var header in presigned.Json["headers"]!.AsObject())
            if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value!.GetValue<string>()))
                request.Content.Headers.TryAddWithoutValidation(header.Key, header.Value!.GetValue<string>());
        if (contentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await Answer.OfAsync(await bare.SendAsync(request));
    }

    public Task<Answer> ConfirmAsync(Guid id) => PostAsync("/api/upload/confirm", new { id });

    /// <summary>Presign, PUT, confirm.</summary>
    public async Task<Guid> UploadAsync(byte[] bytes, string fileName = "photo.jpg", string contentType = "image/jpeg")
    {
        var presigned = await PresignAsync(fileName, contentType, bytes.Length);
        presigned.Status.ShouldBe(200);
        (await PutAsync(presigned, bytes)).Status.ShouldBe(200);
        (await ConfirmAsync(presigned.Id)).Status.ShouldBe(202);
        return presigned.Id;
    }

    public Task<Answer> AssetAsync(Guid id) => GetAsync($"/api/assets/{id}");

    /// <summary>The asset in its final status.</summary>
    public async Task<Answer> TerminalAsync(Guid id)
    {
        Answer? asset = null;
        try
        {
            await Eventually.True(
                async () =>
                {
                    asset = await AssetAsync(id);
                    return Terminal.Contains(asset.Text("status"));
                },
                $"asset {id} ends",
                TimeSpan.FromSeconds(120));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; it is {asset?.Text("status")} after {string.Join(", ", await TimelineKindsAsync(id))}", e);
        }

        return asset!;
    }

    public async Task<IReadOnlyList<string>> TimelineKindsAsync(Guid id) =>
        [.. (await GetAsync($"/api/assets/{id}/timeline")).Json["events"]!.AsArray().Select(e => e!["kind"]!.GetValue<string>())];

    public void Dispose() => http.Dispose();

    // Compares every response of every test with the OpenAPI document.
    private async Task<Answer> FittingAsync(string path, HttpResponseMessage response)
    {
        var (method, contentType) = (response.RequestMessage!.Method.Method, response.Content.Headers.ContentType?.MediaType);
        var answer = await Answer.OfAsync(response);
        _fit ??= new OpenApiFit(JsonNode.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!);
        _fit.Faults(method, path, answer.Status, contentType, answer.Body).ShouldBeEmpty("the OpenAPI document says otherwise");
        return answer;
    }
}

/// <summary>An HTTP response, read completely.</summary>
public sealed record Answer(int Status, HttpResponseHeaders Headers, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("The answer is no JSON.");

    public Guid Id => Guid.Parse(Text("id"));

    public string Text(string name) => Json[name]?.ToString() ?? throw new InvalidOperationException($"No '{name}' in: {Body}");

    public static async Task<Answer> OfAsync(HttpResponseMessage response)
    {
        using (response) return new Answer((int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync());
    }
}
