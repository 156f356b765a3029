using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Pipeline.Chaos;

/// <summary>An app that retries every transient failure.</summary>
internal sealed class Client(HttpClient http) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    // All stores are on this machine, whatever host name a host uses for them.
    private readonly HttpClient _store = new(new SocketsHttpHandler { ConnectCallback = ConnectHereAsync });

    /// <summary>An upload URL.</summary>
    public async Task<Place> PresignAsync(CancellationToken cancellationToken, byte[]? bytes = null)
    {
        bytes ??= Photo.Bytes;
        var body = new { filename = "holiday.jpg", contentType = "image/jpeg", fileSize = bytes.Length, focalPoint = new { x = 0.5, y = 0.25 } };
        var answer = await TriedAsync(() => http.PostAsJsonAsync("api/upload/presigned-url", body, cancellationToken), HttpStatusCode.OK, cancellationToken);
        var json = JsonNode.Parse(answer)!;
        return new Place(
            json["id"]!.GetValue<Guid>(), new Uri(json["uploadUrl"]!.GetValue<string>()),
            json["headers"]!.AsObject().ToDictionary(h => h.Key, h => h.Value!.GetValue<string>(), StringComparer.Ordinal), bytes);
    }

    public Task PutAsync(Place place, CancellationToken cancellationToken) => TriedAsync(
        async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, place.Url) { Content = new ByteArrayContent(place.Bytes) };
            foreach (var (name, value) in place.Headers)
                if (!request.Headers.TryAddWithoutValidation(name, value))
                    request.Content.Headers.TryAddWithoutValidation(name, value);
            return await _store.SendAsync(request, cancellationToken);
        },
        HttpStatusCode.OK,
        cancellationToken);

    /// <returns>Duration of the successful request.</returns>
    public async Task<TimeSpan> ConfirmAsync(Guid id, CancellationToken cancellationToken)
    {
        var took = Stopwatch.StartNew();
        await TriedAsync(
            () =>
            {
                took.Restart();
                return http.PostAsJsonAsync("api/upload/confirm", new { id }, cancellationToken);
            },
            HttpStatusCode.Accepted,
            cancellationToken);
        return took.Elapsed;
    }

    /// <summary>Presign, PUT, confirm.</summary>
    public async Task<Guid> UploadAsync(CancellationToken cancellationToken, byte[]? bytes = null)
    {
        var place = await PresignAsync(cancellationToken, bytes);
        await PutAsync(place, cancellationToken);
        await ConfirmAsync(place.Id, cancellationToken);
        return place.Id;
    }

    /// <summary>Uploads many, four at a time.</summary>
    public async Task<IReadOnlyList<Guid>> UploadAsync(int count, CancellationToken cancellationToken)
    {
        var ids = new Guid[count];
        await Parallel.ForAsync(
            0, count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (i, token) => ids[i] = await UploadAsync(token));
        return ids;
    }

    /// <summary>Presign and PUT of many, without the confirms.</summary>
    public async Task<IReadOnlyList<Place>> PrepareAsync(int count, CancellationToken cancellationToken)
    {
        var places = new Place[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken }, async (i, token) =>
        {
            places[i] = await PresignAsync(token);
            await PutAsync(places[i], token);
        });
        return places;
    }

    public async Task<string> StatusAsync(Guid id, CancellationToken cancellationToken) => JsonNode.Parse(
        await TriedAsync(() => http.GetAsync(new Uri($"api/assets/{id}", UriKind.Relative), cancellationToken), HttpStatusCode.OK, cancellationToken))!["status"]!.GetValue<string>();

    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        TriedAsync(() => http.DeleteAsync(new Uri($"api/assets/{id}", UriKind.Relative), cancellationToken), HttpStatusCode.NoContent, cancellationToken);

    public Task ReprocessAsync(Guid id, CancellationToken cancellationToken) => TriedAsync(
        () => http.PostAsync(new Uri($"api/assets/{id}/reprocess", UriKind.Relative), null, cancellationToken), HttpStatusCode.Accepted, cancellationToken);

    /// <summary>One try.</summary>
    public async Task<(HttpStatusCode Status, bool SaysWhen)> TryPresignAsync(CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(
            "api/upload/presigned-url", new { filename = "holiday.jpg", contentType = "image/jpeg", fileSize = Photo.Bytes.Length }, cancellationToken);
        return (answer.StatusCode, answer.Headers.RetryAfter is not null);
    }

    /// <summary>One try; returns the response.</summary>
    public async Task<(HttpStatusCode Status, bool SaysWhen)> AskAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return (answer.StatusCode, answer.Headers.RetryAfter is not null);
    }

    public void Dispose()
    {
        http.Dispose();
        _store.Dispose();
    }

    private static async ValueTask<Stream> ConnectHereAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> TriedAsync(Func<Task<HttpResponseMessage>> request, HttpStatusCode wanted, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            string said;
            try
            {
                using var answer = await request();
                said = await answer.Content.ReadAsStringAsync(cancellationToken);
                if (answer.StatusCode == wanted) return said;

                // An app retries transient failures only; every other response is an error here.
                if ((int)answer.StatusCode < 500) throw new ChaosException($"{(int)answer.StatusCode} instead of {(int)wanted}: {said}");
            }
            catch (HttpRequestException e)
            {
                said = e.Message;
            }

            if (watch.Elapsed > Timeout) throw new TimeoutException($"No {(int)wanted} within {Timeout.TotalMinutes} min, at last: {said}");
            await Task.Delay(Pause, cancellationToken);
        }
    }
}

/// <summary>The target of an upload.</summary>
internal sealed record Place(Guid Id, Uri Url, IReadOnlyDictionary<string, string> Headers, byte[] Bytes);
