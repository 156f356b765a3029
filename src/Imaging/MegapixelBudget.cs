using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Pipeline.Imaging;

/// <summary>
/// Limits the megapixels in work at a time, first come, first served: memory use grows with pixels, so ten large photos at once must not take
/// ten times the memory of one. An extra quarter admits only images that fit into it, so that ordinary photos do not wait behind huge ones.
/// </summary>
public sealed class MegapixelBudget(IOptions<ImageLimits> limits) : IDisposable
{
    private readonly int _limit = limits.Value.MegapixelsInFlight;
    private readonly int _small = Math.Max(1, limits.Value.MegapixelsInFlight / 4);
    private readonly ConcurrencyLimiter _places = Places(limits.Value.MegapixelsInFlight);
    private readonly ConcurrencyLimiter _reserve = Places(Math.Max(1, limits.Value.MegapixelsInFlight / 4));

    /// <summary>Megapixels in the queue.</summary>
    internal long Waiting => _places.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Waits until the budget admits the image. Dispose the returned lease when its pixels are freed.</summary>
    public async Task<IDisposable> EnterAsync(ImageFacts facts, CancellationToken cancellationToken)
    {
        var size = Math.Min(Megapixels(facts), _limit);
        if (size > _small) return Acquired(await _places.AcquireAsync(size, cancellationToken));
        var lease = _places.AttemptAcquire(size);
        return lease.IsAcquired ? lease : await AcquireEitherAsync(size, cancellationToken);
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

    // Waits in both queues and leaves one as soon as the other admits the image.
    private async Task<IDisposable> AcquireEitherAsync(int size, CancellationToken cancellationToken)
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
            // The other queue had not granted a lease yet, so there is nothing to release.
        }

        return Acquired(await first);
    }

    private static RateLimitLease Acquired(RateLimitLease lease) =>
        lease.IsAcquired ? lease : throw new InvalidOperationException("Too many images wait.");

    // Rounded up, so a thumbnail counts as one megapixel.
    private static int Megapixels(ImageFacts facts) =>
        (int)Math.Min(int.MaxValue, (((long)facts.Width * facts.Height * facts.Frames) + 999_999) / 1_000_000);
}
