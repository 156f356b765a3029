using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>The routes for files in parts, as the API has them, with parts of a few bytes.</summary>
sealed class ScriptedParts
{
    public const int PartSize = 1_000;

    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, byte[]>> _parts = new(StringComparer.Ordinal);
    private int _now;

    /// <summary>Files above this size get the advice; null for none.</summary>
    public long? FromBytes { get; set; }

    /// <summary>Runs before a part is stored; a result is answered in its place.</summary>
    public Func<string, int, Task<IResult?>> OnPart { get; set; } = (_, _) => Task.FromResult<IResult?>(null);

    /// <summary>Every part that was stored, in the order of arrival.</summary>
    public ConcurrentQueue<int> Stored { get; } = new();

    /// <summary>The most parts that were on their way at once.</summary>
    public int Most { get; private set; }

    public object? Advice(long size) => size > FromBytes ? new { partSize = PartSize, partCount = Count(size) } : null;

    /// <summary>Forgets a part that has arrived.</summary>
    public void Lose(string id, int number) => _parts[id].TryRemove(number, out _);

    public void Map(WebApplication app, ScriptedApi api)
    {
        app.MapPost("/api/upload/multipart", (Begin asked) =>
        {
            _parts.TryAdd(asked.Id, new ConcurrentDictionary<int, byte[]>());
            return Results.Ok(new { asked.Id, partSize = PartSize, partCount = Count(api.Uploads[asked.Id].FileSize) });
        });
        app.MapGet("/api/upload/multipart/{id}", (string id) =>
        {
            if (!_parts.TryGetValue(id, out var parts)) return NotFound();
            var upload = api.Uploads[id];
            return Results.Ok(new
            {
                id,
                status = upload.IsConfirmed ? "queued" : "pending",
                fileSize = upload.FileSize,
                partSize = PartSize,
                partCount = Count(upload.FileSize),
                parts = parts.OrderBy(p => p.Key).Select(p => new { number = p.Key, size = p.Value.Length }),
                missing = Missing(upload, parts),
            });
        });
        app.MapPost("/api/upload/multipart/{id}/parts", (string id, Sign asked) => Results.Ok(new
        {
            parts = asked.Parts.Select(number => new
            {
                number,
                size = Math.Min(PartSize, api.Uploads[id].FileSize - ((number - 1) * PartSize)),
                url = $"{api.Address}parts/{id}/{number}?{ScriptedApi.Signature}",
                method = "PUT",
                headers = new Dictionary<string, string>(StringComparer.Ordinal),
            }),
            expiresIn = 300,
        }));
        app.MapPut("/parts/{id}/{number}", async (string id, int number, HttpRequest request) =>
        {
            Most = Math.Max(Most, Interlocked.Increment(ref _now));
            try
            {
                if (await OnPart(id, number) is { } answer) return answer;
                using var body = new MemoryStream();
                await request.Body.CopyToAsync(body);
                request.ContentType.ShouldBeNull("a part has no type");
                _parts[id][number] = body.ToArray();
                Stored.Enqueue(number);
                return Results.Ok();
            }
            finally
            {
                Interlocked.Decrement(ref _now);
            }
        });
        app.MapPost("/api/upload/multipart/{id}/complete", (string id) =>
        {
            if (!_parts.TryGetValue(id, out var parts)) return NotFound();
            var upload = api.Uploads[id];
            if (Missing(upload, parts) is { Length: > 0 } missing)
                return Results.Json(new { code = "parts_missing", detail = "Parts are missing.", missing }, statusCode: 409, contentType: "application/problem+json");
            upload.Put = new StoredPut([.. parts.OrderBy(p => p.Key).SelectMany(p => p.Value)], null, null, null);
            upload.IsConfirmed = true;
            return Results.Accepted(value: new { success = true, id, status = "queued" });
        });
    }

    private static IResult NotFound() => Results.Json(new { code = "not_found", detail = "There is no such upload." }, statusCode: 404, contentType: "application/problem+json");

    private static int[] Missing(StoredUpload upload, ConcurrentDictionary<int, byte[]> parts) => [.. Enumerable.Range(1, Count(upload.FileSize)).Except(parts.Keys)];

    private static int Count(long size) => (int)((size + PartSize - 1) / PartSize);

    private sealed record Begin(string Id);

    private sealed record Sign(int[] Parts);
}
