using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Pipeline.Cli.Tests;

/// <summary>The log of events of a <see cref="ScriptedApi"/>. Its route waits for the next event as the API does.</summary>
sealed class ScriptedEvents
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _log = [];
    private TaskCompletionSource _added = new();

    /// <summary>Largest page, however many events are asked for.</summary>
    public int PageSize { get; set; } = 3;

    public IReadOnlyList<string> Ids
    {
        get
        {
            lock (_lock) return [.. _log.Select(one => one.Id)];
        }
    }

    /// <summary>Adds an event and wakes the readers.</summary>
    /// <returns>Its id.</returns>
    public string Add(string type, object data)
    {
        lock (_lock)
        {
            var id = $"evt_{_log.Count + 1:x32}_1";
            var json = JsonSerializer.Serialize(new { id, type, timestamp = "2026-03-01T12:00:00Z", sequence = 1, data }, JsonSerializerOptions.Web);
            _log.Add(new Entry(id, type, json));
            _added.SetResult();
            _added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return id;
        }
    }

    public string Json(string id)
    {
        lock (_lock) return _log.Single(one => one.Id == id).Json;
    }

    public void Map(IEndpointRouteBuilder app) => app.MapGet("/api/events", async (string? after, string? types, HttpContext context) =>
    {
        if (after == "latest") return Page([], Ids is [.., var newest] ? newest : null);
        if (after is not null && !Ids.Contains(after)) return Results.Json(new { detail = "The cursor is too old.", code = "cursor_expired" }, statusCode: 410);
        var wait = TimeSpan.FromSeconds(int.Parse(context.Request.Headers["Prefer"].ToString().Split('=')[^1], CultureInfo.InvariantCulture));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(wait);
        while (true)
        {
            Task added;
            List<Entry> found;
            lock (_lock)
            {
                added = _added.Task;
                found = [.. _log.SkipWhile(one => after is not null && one.Id != after).Skip(after is null ? 0 : 1).Where(one => types is null || types.Split(',').Contains(one.Type)).Take(PageSize)];
            }

            if (found.Count > 0 || limit.IsCancellationRequested) return Page(found, found.Count > 0 ? found[^1].Id : after);
            await Task.WhenAny(added, Task.Delay(Timeout.Infinite, limit.Token));
        }
    });

    // Written by hand, so that the bytes of an event are those of its document.
    private static IResult Page(IReadOnlyList<Entry> events, string? next) => Results.Text(
        $$"""{"events":[{{string.Join(',', events.Select(one => one.Json))}}]{{(next is null ? "" : $",\"nextCursor\":\"{next}\"")}}}""", "application/json");

    private sealed record Entry(string Id, string Type, string Json);
}
