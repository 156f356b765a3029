using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pipeline.Cli.Tests;

/// <summary>A real HTTP server that behaves like the API, except where a test overrides it.</summary>
sealed class ScriptedApi : IAsyncDisposable
{
    /// <summary>Part of every upload URL; output that contains it has leaked the upload.</summary>
    public const string Signature = "X-Signature=do-not-print";

    private readonly WebApplication _app;
    private int _named;
    private int _batches;

    private ScriptedApi(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = new("http://localhost");

    /// <summary>Every request as <c>METHOD path</c>, in the order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The Authorization headers, by the path of the request.</summary>
    public ConcurrentQueue<(string Path, string? Authorization)> Authorizations { get; } = new();

    public ConcurrentDictionary<string, StoredUpload> Uploads { get; } = new();

    public ScriptedEvents Events { get; } = new();

    public ScriptedParts Parts { get; } = new();

    /// <summary>Seconds for which an upload URL is said to be valid.</summary>
    public int UrlSeconds { get; set; } = 900;

    /// <summary>Set if upload URLs say when they were signed and how long they live, as those of S3 do.</summary>
    public DateTimeOffset? SignedAt { get; set; }

    /// <summary>Overrides the usual response; null keeps it.</summary>
    public Func<HttpContext, IResult?> Instead { get; set; } = _ => null;

    /// <summary>The asset as JSON members, from the upload and the number of polls so far.</summary>
    public Func<StoredUpload, object> Asset { get; set; } = Ready;

    /// <summary>Runs before a PUT is answered.</summary>
    public Func<Task> OnPut { get; set; } = () => Task.CompletedTask;

    public static async Task<ScriptedApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var api = new ScriptedApi(app);
        app.Use(api.InterveneAsync);
        api.Map();
        await app.StartAsync();
        api.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return api;
    }

    public static object Ready(StoredUpload upload) => new
    {
        upload.Id,
        status = "ready",
        revision = 1,
        filename = upload.Filename,
        size = upload.FileSize,
        upload.Sha256,
        profile = upload.Profile ?? "web",
        variants = new[]
        {
            new { name = "w640", width = 640, height = 480, format = "webp", bytes = 12345, url = $"https://cdn.example.com/{upload.Id}/w640.webp" },
        },
        createdAt = "2026-03-01T12:00:00Z",
    };

    public int Count(string request) => Requests.Count(one => one.StartsWith(request, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task InterveneAsync(HttpContext context, RequestDelegate next)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        Authorizations.Enqueue((context.Request.Path, context.Request.Headers.Authorization));
        if (Instead(context) is { } answer) await answer.ExecuteAsync(context);
        else await next(context);
    }

    private void Map()
    {
        Events.Map(_app);
        Parts.Map(_app, this);
        _app.MapPost("/api/upload/presigned-urls", (PresignBatch asked) =>
        {
            var batchId = $"0190a5b2-7c3e-7000-b000-{Interlocked.Increment(ref _batches):x12}";
            var uploads = asked.Files.Select(file =>
            {
                var id = $"0190a5b2-7c3e-7000-8000-{Interlocked.Increment(ref _named):x12}";
                Uploads[id] = new StoredUpload(id, file.Filename, file.ContentType, file.FileSize, file.Profile, file.Sha256) { BatchId = batchId, IsTemporary = asked.Temporary };
                return Signed(Uploads[id]);
            });
            return Results.Ok(new { batchId, uploads = uploads.ToList() });
        });
        _app.MapPost("/api/upload/{id}/url", (string id) => Results.Ok(Signed(Uploads[id])));
        _app.MapPut("/store/{id}", async (string id, HttpRequest request) =>
        {
            await OnPut();
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            Uploads[id].Put = new StoredPut(body.ToArray(), request.ContentLength, request.ContentType, request.Headers["x-amz-meta-original-filename"]);
        });
        _app.MapPost("/api/upload/confirm", (Confirm asked) =>
        {
            Confirmed(Uploads[asked.Id]);
            return Results.Accepted(value: new { success = true, asked.Id, status = "queued" });
        });
        _app.MapPost("/api/upload/confirm-batch", (ConfirmBatch asked) => Results.Ok(new
        {
            results = asked.Ids.Select(id =>
            {
                Confirmed(Uploads[id]);
                return new { id, success = true, status = "queued" };
            }).ToList(),
        }));
        _app.MapPost("/api/batches/{batchId}/close", (string batchId) =>
        {
            foreach (var upload in Uploads.Values.Where(one => one.BatchId == batchId && !one.IsConfirmed)) Events.Add("asset.expired", new { upload.Id });
            Events.Add("batch.completed", new { batchId });
        });
        _app.MapDelete("/api/assets/{id}", (string id) =>
        {
            Events.Add("asset.deleted", new { id });
            return Results.NoContent();
        });
        _app.MapGet("/api/assets", (int limit, string? cursor) =>
        {
            var page = Uploads.Values.Where(one => one.IsConfirmed && string.CompareOrdinal(one.Id, cursor ?? "~") < 0).OrderByDescending(one => one.Id).Take(limit).ToList();
            return Results.Ok(new { items = page.Select(Asset), nextCursor = page.Count == limit ? page[^1].Id : null });
        });
        _app.MapGet("/api/assets/{id}", (string id) =>
        {
            var upload = Uploads.GetOrAdd(id, _ => new StoredUpload(id, "photo.jpg", "image/jpeg", 5000, null));
            upload.Looks++;
            return Results.Ok(Asset(upload));
        });
    }

    private string LifeOfUrl => SignedAt is { } at ? $"&X-Amz-Date={at:yyyyMMdd'T'HHmmss'Z'}&X-Amz-Expires={UrlSeconds}" : "";

    private object Signed(StoredUpload upload) => new
    {
        upload.Id,
        uploadUrl = $"{Address}store/{upload.Id}?{Signature}{LifeOfUrl}&n={++upload.Urls}",
        method = "PUT",
        headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Content-Type"] = upload.ContentType,
            ["x-amz-meta-original-filename"] = "photo",
        },
        expiresIn = UrlSeconds,
        multipart = Parts.Advice(upload.FileSize),
    };

    private void Confirmed(StoredUpload upload)
    {
        upload.IsConfirmed = true;
        var isImage = upload.Put is { Bytes: [0x89, ..] or [0xFF, ..] };
        foreach (var type in new[] { "asset.queued", "asset.processing", isImage ? "asset.ready" : "asset.rejected" }) Events.Add(type, new { upload.Id, upload.BatchId });
        Events.Add("batch.completed", new { upload.BatchId });
    }

    private sealed record PresignBatch(Presign[] Files, bool Temporary);

    private sealed record ConfirmBatch(string[] Ids);

    private sealed record Presign(string Filename, string ContentType, long FileSize, string? Profile, string? Sha256);

    private sealed record Confirm(string Id);
}

sealed record StoredUpload(string Id, string Filename, string ContentType, long FileSize, string? Profile, string? Sha256 = null)
{
    public StoredPut? Put { get; set; }

    public bool IsConfirmed { get; set; }

    public int Looks { get; set; }

    public string? BatchId { get; set; }

    public bool IsTemporary { get; set; }

    /// <summary>URLs that were signed for it.</summary>
    public int Urls { get; set; }
}

sealed record StoredPut(byte[] Bytes, long? Length, string? ContentType, string? Name)
{
    // Shouldly compares millions of bytes one by one, with reflection.
    public bool Holds(byte[] expected) => Bytes.AsSpan().SequenceEqual(expected);
}
