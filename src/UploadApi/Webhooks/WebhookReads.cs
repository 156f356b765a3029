using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Webhooks;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Webhooks;

/// <param name="Items">All webhooks of the user, the oldest first; there are at most 20.</param>
public sealed record WebhookList(IReadOnlyList<WebhookView> Items);

/// <param name="Items">The newest event first.</param>
/// <param name="NextCursor">Requests the next page; left out on the last page.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryView> Items, string? NextCursor);

/// <summary>Reads for the owner: webhooks and their deliveries.</summary>
internal sealed class WebhookReads(AssetDbContext db, ReplayDeliveries deliveries, TimeProvider time)
{
    /// <summary>Most deliveries on a page; each can have 50 attempts with 1 KiB.</summary>
    public const int MaxLimit = 100;

    private const int DefaultLimit = 50;

    public async Task<IResult> ListAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var webhooks = await db.Webhooks.Of(user.ToCaller()).AsNoTracking().OrderBy(w => w.Id).ToListAsync(cancellationToken);
        return Results.Ok(new WebhookList(webhooks.ConvertAll(webhook => WebhookView.Of(webhook, now))));
    }

    public async Task<IResult> OneAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await FindAsync(id, user.ToCaller(), cancellationToken) is { } webhook
            ? Results.Ok(WebhookView.Of(webhook, time.GetUtcNow()))
            : Problem.NotFound().ToResult();

    public Task<Webhook?> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        db.Webhooks.Of(caller).AsNoTracking().SingleOrDefaultAsync(w => w.Id == id, cancellationToken);

    public async Task<IResult> DeliveryAsync(Guid webhookId, string deliveryId, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await deliveries.FindAsync(webhookId, deliveryId, user.ToCaller(), cancellationToken) is { } delivery
            ? Results.Ok((await ViewsAsync([delivery], cancellationToken))[0])
            : Problem.NotFound().ToResult();

    public async Task<IResult> DeliveriesAsync(Guid webhookId, ClaimsPrincipal user, string? status, string? cursor, int? limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MaxLimit) return Wrong("limit", $"must be 1 to {MaxLimit}");
        DeliveryStatus? wanted = null;
        if (status is not null && !TryStatus(status, out wanted)) return Wrong("status", $"must be one of {DeliveryWords.All}");
        var caller = user.ToCaller();
        if (!await db.Webhooks.Of(caller).AnyAsync(w => w.Id == webhookId, cancellationToken)) return Problem.NotFound().ToResult();
        var query = db.WebhookDeliveries.AsNoTracking().Where(d => d.WebhookId == webhookId);
        if (wanted is { } only) query = query.Where(d => d.Status == only);
        if (cursor is not null)
        {
            if (await deliveries.FindAsync(webhookId, cursor, caller, cancellationToken) is not { } last) return Wrong("cursor", "must be a nextCursor of an earlier answer");
            query = query.Where(d => d.Position < last.Position);
        }

        var take = limit ?? DefaultLimit;
        var found = await query.OrderByDescending(d => d.Position).Take(take + 1).ToListAsync(cancellationToken);
        var page = await ViewsAsync([.. found.Take(take)], cancellationToken);
        return Results.Ok(new DeliveryPage(page, found.Count > take ? page[^1].Id : null));
    }

    internal static bool TryStatus(string word, out DeliveryStatus? status)
    {
        status = Enum.TryParse<DeliveryStatus>(word, ignoreCase: true, out var parsed) && DeliveryView.Word(parsed) == word ? parsed : null;
        return status is not null;
    }

    internal async Task<List<DeliveryView>> ViewsAsync(List<WebhookDelivery> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0) return [];
        var (webhookId, positions) = (rows[0].WebhookId, rows.ConvertAll(row => row.Position));
        var attempts = (await db.WebhookAttempts.AsNoTracking()
                .Where(a => a.WebhookId == webhookId && positions.Contains(a.Position)).OrderBy(a => a.Number).ToListAsync(cancellationToken))
            .ToLookup(a => a.Position);
        return rows.ConvertAll(row => DeliveryView.Of(row, attempts[row.Position]));
    }

    private static IResult Wrong(string field, string why) =>
        Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [why] }).ToResult();
}

internal static class DeliveryWords
{
    public static string[] Words { get; } = [.. Enum.GetValues<DeliveryStatus>().Select(DeliveryView.Word)];

    public static string All { get; } = string.Join(", ", Words);
}
