using System.Text.Json;
using Pipeline.Assets.Audit;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Rescans;
using Pipeline.Bus.Inspection;

namespace Pipeline.Assets.Queues;

/// <param name="Returned">Letters whose assets are dispatched again.</param>
/// <param name="Outdated">Letters that were removed, because their assets have moved on or do not exist.</param>
/// <param name="Unreadable">Letters that stay, because they name no asset and revision.</param>
/// <param name="Remaining">Letters in the queue after that.</param>
public sealed record ReturnedLetters(int Returned, int Outdated, int Unreadable, long Remaining);

/// <summary>
/// Gives dead letters back to their assets: the row is due again, and the dispatcher publishes its request. A letter is never published itself, since
/// it may be forged or of an earlier revision.
/// </summary>
public sealed class ReturnLetters(AssetStore assets, IQueueInspector inspector, AuditLog audit, SweepSignal<Dispatcher> dispatcher, TimeProvider time, RescanOutcomes? rescans = null)
{
    /// <summary>Most letters in one call.</summary>
    public const int Most = 1_000;

    /// <returns>Null if there is no such queue of dead letters.</returns>
    public async Task<ReturnedLetters?> RunAsync(string queue, int most, Caller caller, string? reason, CancellationToken cancellationToken)
    {
        if (!(await inspector.ListAsync(cancellationToken)).Any(state => state.IsDeadLetters && state.Name == queue)) return null;
        var (returned, outdated, unreadable) = (0, 0, 0);
        await inspector.TakeAsync(
            queue,
            most,
            async body =>
            {
                if (rescans is not null && ReadRescan(body) is var (run, rescanned))
                {
                    if (await rescans.ReturnAsync(run, rescanned, cancellationToken)) returned++;
                    else outdated++;
                    return true;
                }

                if (Read(body) is not var (id, revision))
                {
                    unreadable++;
                    return false;
                }

                var changed = await assets.ChangeAsync(id, asset => asset.ReturnLetter(revision, time.GetUtcNow()), cancellationToken);
                if (changed is { Changed: true }) returned++;
                else outdated++;
                return true;
            },
            cancellationToken);
        dispatcher.Raise();
        var filter = JsonSerializer.Serialize(new { returned, outdated, unreadable }, JsonSerializerOptions.Web);
        await audit.WriteOfInstallationAsync(caller, new AuditEntry("queue.return", queue, filter, reason), cancellationToken);
        var left = (await inspector.ListAsync(cancellationToken)).FirstOrDefault(state => state.Name == queue)?.Depth ?? 0;
        return new ReturnedLetters(returned, outdated, unreadable, left);
    }

    /// <summary>Asset and revision in the envelope of the bus; null if it has none.</summary>
    internal static (Guid AssetId, int Revision)? Read(ReadOnlyMemory<byte> body) => Read(
        body,
        (JsonElement message, out (Guid, int) found) =>
        {
            found = default;
            if (!TryId(message, "assetId", out var asset) || !message.TryGetProperty("revision", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var revision)) return false;
            found = (asset, revision);
            return true;
        });

    /// <summary>Run and asset of a rescan; null for any other letter.</summary>
    internal static (Guid RunId, Guid AssetId)? ReadRescan(ReadOnlyMemory<byte> body) => Read(
        body,
        (JsonElement message, out (Guid, Guid) found) =>
        {
            found = default;
            if (!TryId(message, "runId", out var run) || !TryId(message, "assetId", out var asset)) return false;
            found = (run, asset);
            return true;
        });

    private static T? Read<T>(ReadOnlyMemory<byte> body, Reading<T> read)
        where T : struct
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            return envelope.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.Object && read(message, out var found)
                ? found
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for half of a surrogate pair
        {
            return null;
        }
    }

    private static bool TryId(JsonElement message, string name, out Guid id)
    {
        id = default;
        return message.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && text.TryGetGuid(out id);
    }

    private delegate bool Reading<T>(JsonElement message, out T found);
}
