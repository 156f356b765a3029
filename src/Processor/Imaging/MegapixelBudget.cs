using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Pipeline.Processor.Imaging;

/// <summary>
/// Lets images in by the pixels they hold, first come, first served: memory goes with pixels, so ten large photos at once must not take ten
/// times what one takes.
/// </summary>
public sealed class MegapixelBudget(IOptions<ImageLimits> limits) : IDisposable
{
    private readonly int _limit = limits.Value.MegapixelsInFlight;

    private readonly ConcurrencyLimiter _places = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = limits.Value.MegapixelsInFlight,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits until there is room for the image. Dispose the answer when its pixels are gone.</summary>
    public async Task<IDisposable> EnterAsync(ImageFacts facts, CancellationToken cancellationToken)
    {
        var lease = await _places.AcquireAsync(Math.Min(Megapixels(facts), _limit), cancellationToken);
        return lease.IsAcquired ? lease : throw new InvalidOperationException("More images wait than can be counted.");
    }

    public void Dispose() => _places.Dispose();

    // A thumbnail counts as one.
    private static int Megapixels(ImageFacts facts) =>
        (int)Math.Min(int.MaxValue, (((long)facts.Width * facts.Height * facts.Frames) + 999_999) / 1_000_000);
}
