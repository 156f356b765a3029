using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Pipeline.Imaging;

/// <summary>
/// Lets images in by the pixels they hold, first come, first served: memory goes with pixels, so ten large photos at once must not take ten
/// times what one takes. A quarter on top is for images that fit into it: so nobody's photo waits behind a few that fill the budget.
/// </summary>
public sealed class MegapixelBudget(IOptions<ImageLimits> limits) : IDisposable
{
    private readonly int _limit = limits.Value.MegapixelsInFlight;
    private readonly int _small = Math.Max(1, limits.Value.MegapixelsInFlight / 4);
    private readonly ConcurrencyLimiter _places = Places(limits.Value.MegapixelsInFlight);
    private readonly ConcurrencyLimiter _reserve = Places(Math.Max(1, limits.Value.MegapixelsInFlight / 4));

    /// <summary>Megapixels that wait in line.</summary>
    internal long Waiting => _places.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Waits until there is room for the image. Dispose the answer when its pixels are gone.</summary>
    public async Task<IDisposable> EnterAsync(ImageFacts facts, CancellationToken cancellationToken)
    {
        var size = Math.Min(Megapixels(facts), _limit);
        if (size > _small) return Acquired(await _places.AcquireAsync(size, cancellationToken));
        var lease = _places.AttemptAcquire(size);
        return lease.IsAcquired ? lease : await EitherAsync(size, cancellationToken);
    }

    public void Dispose()
    {
        _places.Dispose();
        _reserve.Dispose();
    }

    private static ConcurrencyLimiter Places(int count) => new(new ConcurrencyLimiterOptions
    {
        PermitLimit = count,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    // In both lines, and out of one as soon as the other lets it in.
    private async Task<IDisposable> EitherAsync(int size, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var (place, reserve) = (_places.AcquireAsync(size, stop.Token).AsTask(), _reserve.AcquireAsync(size, stop.Token).AsTask());
        var first = await Task.WhenAny(place, reserve);
        await stop.CancelAsync();
        try
        {
            (await (first == place ? reserve : place)).Dispose();
        }
        catch (OperationCanceledException)
        {
            // It had no turn yet, so there is nothing to give back.
        }

        return Acquired(await first);
    }

    private static RateLimitLease Acquired(RateLimitLease lease) =>
        lease.IsAcquired ? lease : throw new InvalidOperationException("More images wait than can be counted.");

    // A thumbnail counts as one.
    private static int Megapixels(ImageFacts facts) =>
        (int)Math.Min(int.MaxValue, (((long)facts.Width * facts.Height * facts.Frames) + 999_999) / 1_000_000);
}
