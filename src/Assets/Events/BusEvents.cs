using Microsoft.Extensions.Logging;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Bus.Events;

namespace Pipeline.Assets.Events;

/// <summary>
/// Publishes the events of all owners to the topic exchange, in their order and at least once: the place in the feed is stored after the
/// broker's confirm. While the broker is away the events wait in the database.
/// </summary>
public sealed class BusEvents(AssetDbContext db, EventDocuments documents, EventExchange exchange, BusEventsState state, ILogger<BusEvents> logger) : ISweep
{
    private const int MaxEvents = 200;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(exchange.DeclareAsync, cancellationToken);
            while (await FeedReader.AdvanceAsync(db, FeedReader.Bus, MaxEvents, PublishAsync, cancellationToken) == MaxEvents)
            {
                // More may be waiting.
            }
        }
        catch (BusEventsException e)
        {
            // Said once for each outage; the next run tries again.
            if (!state.IsDown) logger.BusEventsWait(e.InnerException!.Message);
            state.IsDown = true;
        }
    }

    private async Task PublishAsync(IReadOnlyList<AssetEvent> events, CancellationToken cancellationToken)
    {
        var made = await documents.OfAsync(events, cancellationToken);
        ExchangedEvent[] sent = [.. made.Select(d => new ExchangedEvent(d.Id, d.Type, d.Source.At, d.Source.TenantId, d.Source.OwnerId, d.Json))];
        await SendAsync(token => exchange.PublishAsync(sent, token), cancellationToken);
    }

    private async Task SendAsync(Func<CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        try
        {
            await send(cancellationToken);
            state.IsDown = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BusEventsException(e);
        }
    }

    private sealed class BusEventsException(Exception inner) : Exception("The broker did not take the events.", inner);
}

/// <summary>Whether the last try to publish events failed.</summary>
public sealed class BusEventsState
{
    public bool IsDown { get; set; }
}
