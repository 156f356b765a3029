using Microsoft.Extensions.Options;
using Pipeline.Imaging;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class MegapixelBudgetTests : IDisposable
{
    private readonly MegapixelBudget _budget = new(Options.Create(new ImageLimits { MaxMegapixels = 100, MegapixelsInFlight = 100 }));

    public void Dispose() => _budget.Dispose();

    [Fact]
    public async Task Images_that_fit_together_do_not_wait()
    {
        for (var i = 0; i < 8; i++) await EnterAsync(Photo(4000, 3000));
    }

    [Fact]
    public async Task A_large_image_waits_until_the_pixels_before_it_are_gone()
    {
        var first = await EnterAsync(Photo(8000, 8000));
        var second = EnterAsync(Photo(8000, 8000));
        second.IsCompleted.ShouldBeFalse();

        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task A_small_image_passes_those_that_fill_the_budget_and_delays_none_of_them()
    {
        var first = await EnterAsync(Photo(8000, 8000));
        var large = EnterAsync(Photo(10_000, 10_000));
        var small = await EnterAsync(Photo(5000, 5000));
        large.IsCompleted.ShouldBeFalse();

        first.Dispose();
        (await large).Dispose();
        small.Dispose();
    }

    [Fact]
    public async Task Small_images_fill_the_reserve_and_no_more_and_then_take_what_is_free_first()
    {
        var large = await EnterAsync(Photo(10_000, 10_000));
        var small = await EnterAsync(Photo(5000, 5000));
        var second = EnterAsync(Photo(4000, 3000));
        var third = EnterAsync(Photo(4000, 3000));
        (second.IsCompleted || third.IsCompleted).ShouldBeFalse();

        large.Dispose();
        (await second).Dispose();
        (await third).Dispose();
        small.Dispose();
        var all = await EnterAsync(Photo(10_000, 10_000));
        (await EnterAsync(Photo(5000, 5000))).Dispose();
        all.Dispose();
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_takes_no_room()
    {
        var first = await EnterAsync(Photo(10_000, 10_000));
        using var patience = new CancellationTokenSource();
        var impatient = _budget.EnterAsync(Photo(10_000, 10_000), patience.Token);
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => impatient);

        first.Dispose();
        (await EnterAsync(Photo(10_000, 10_000))).Dispose();
    }

    [Fact]
    public async Task Frames_count_and_what_is_over_the_whole_budget_leaves_only_the_reserve()
    {
        var animation = await EnterAsync(Photo(1000, 1000) with { Frames = 500 });
        var other = EnterAsync(Photo(6000, 6000));
        other.IsCompleted.ShouldBeFalse();
        (await EnterAsync(Photo(1, 1))).Dispose();

        animation.Dispose();
        (await other).Dispose();
    }

    private static ImageFacts Photo(int width, int height) => new("image/jpeg", width, height, Frames: 1);

    private Task<IDisposable> EnterAsync(ImageFacts facts) => _budget.EnterAsync(facts, default);
}
