using System.Buffers.Text;
using System.Net;
using System.Text.Json;

namespace Pipeline.Assets.StoreEvents;

/// <summary>The keys of objects that a notification says were written.</summary>
/// <param name="Events">How many events the notification holds, of any kind.</param>
/// <param name="Keys">Keys in the bucket, with the prefix of the area; not checked in any way.</param>
public sealed record StoreNotification(int Events, IReadOnlySet<string> Keys);

/// <summary>
/// Reads the notifications of S3, Ceph and MinIO (<c>Records</c> with URL-encoded keys), of R2 (<c>action</c> and <c>object</c>) and batches
/// of Cloudflare Queues, as a consumer Worker passes them on or the pull API returns them.
/// </summary>
/// <remarks>A message is never believed: it only says where to look.</remarks>
public static class StoreEventReader
{
    /// <summary>Most events in one notification.</summary>
    public const int MaxEvents = 1_000;

    // A batch holds messages, and the body of a message may be text that holds the event.
    private const int MaxDepth = 4;

    private static readonly HashSet<string> R2Writes = new(StringComparer.Ordinal) { "PutObject", "CopyObject", "CompleteMultipartUpload" };

    /// <returns>Null if it is in none of these shapes, or if it holds more than <see cref="MaxEvents"/>.</returns>
    public static StoreNotification? Read(JsonElement notification)
    {
        var found = new Found();
        try
        {
            return found.Take(notification, MaxDepth) && found.Events <= MaxEvents ? new StoreNotification(found.Events, found.Keys) : null;
        }
        catch (InvalidOperationException)
        {
            return null; // a name or a value has half of a surrogate pair
        }
    }

    private sealed class Found
    {
        public int Events { get; private set; }

        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public bool Take(JsonElement value, int depth)
        {
            if (depth == 0 || Events > MaxEvents) return false;
            return value.ValueKind switch
            {
                JsonValueKind.Array => TakeEach(value, depth - 1),
                JsonValueKind.Object => TakeObject(value, depth),
                _ => false,
            };
        }

        private bool TakeObject(JsonElement value, int depth)
        {
            // Some JSON libraries of programs in between change the case.
            if (value.TryGetProperty("Records", out var records) || value.TryGetProperty("records", out records)) return records.ValueKind == JsonValueKind.Array && records.EnumerateArray().All(TakeRecord);
            if (Text(value, "action") is { } action) return TakeR2(value, action);
            if (value.TryGetProperty("messages", out var messages)) return messages.ValueKind == JsonValueKind.Array && TakeEach(messages, depth - 1);
            if (value.TryGetProperty("result", out var result)) return Take(result, depth - 1);
            if (value.TryGetProperty("body", out var body)) return TakeBody(body, depth - 1);

            // S3 sends this once when notifications are switched on.
            if (Text(value, "Event") != "s3:TestEvent") return false;
            Events++;
            return true;
        }

        private bool TakeEach(JsonElement list, int depth) => list.EnumerateArray().All(item => Take(item, depth));

        // The pull API returns bodies as base64 or as text, a Worker as JSON.
        private bool TakeBody(JsonElement body, int depth)
        {
            if (body.ValueKind != JsonValueKind.String) return Take(body, depth);
            var text = body.GetString()!;
            try
            {
                using var parsed = JsonDocument.Parse(Base64.IsValid(text) ? Convert.FromBase64String(text) : System.Text.Encoding.UTF8.GetBytes(text));
                return Take(parsed.RootElement, depth);
            }
            catch (JsonException)
            {
                return false;
            }
        }

        private bool TakeRecord(JsonElement record)
        {
            Events++;
            if (Events > MaxEvents || Text(record, "eventName") is not { } name || Property(record, "s3") is not { } s3 || Property(s3, "object") is not { } written || Text(written, "key") is not { } key) return false;

            // Ceph writes the name with its prefix, S3 without it.
            if (name.StartsWith("ObjectCreated:", StringComparison.Ordinal) || name.StartsWith("s3:ObjectCreated:", StringComparison.Ordinal)) Keys.Add(WebUtility.UrlDecode(key));
            return true;
        }

        private bool TakeR2(JsonElement value, string action)
        {
            Events++;
            if (Events > MaxEvents || Property(value, "object") is not { } written || Text(written, "key") is not { } key) return false;
            if (R2Writes.Contains(action)) Keys.Add(key);
            return true;
        }

        private static JsonElement? Property(JsonElement value, string name) =>
            value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var property) && property.ValueKind == JsonValueKind.Object ? property : null;

        private static string? Text(JsonElement value, string name) =>
            value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var property) && property.ValueKind == JsonValueKind.String ? property.GetString() : null;
    }
}
