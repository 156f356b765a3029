using Microsoft.Extensions.Options;
using Pipeline.Processor.Messaging;

namespace Pipeline.Processor.Tests.Messaging;

public sealed class BackgroundPlacesTests : IDisposable
{
    private readonly BackgroundPlaces _places = new(Options.Create(new MessagingOptions { ReprocessConcurrency = 1 }), TimeProvider.System);

    public void Dispose() => _places.Dispose();

    [Fact]
    public async Task A_rescan_waits_while_this_worker_has_reprocessings()
    {
        var (reprocess, begun) = (new TaskCompletionSource(), false);
        var work = _places.ForReprocessAsync(() => reprocess.Task, default);
        var rescan = _places.ForRescanAsync(
            () =>
            {
                begun = true;
                return Task.CompletedTask;
            },
            default);
        (begun, rescan.IsCompleted).ShouldBe((false, false));

        reprocess.SetResult();
        await work;
        await rescan;
        begun.ShouldBeTrue();
    }

    [Fact]
    public async Task A_rescan_takes_a_place_of_the_reprocessings_and_no_other()
    {
        var (rescan, begun) = (new TaskCompletionSource(), false);
        var scanning = _places.ForRescanAsync(() => rescan.Task, default);
        var reprocess = _places.ForReprocessAsync(
            () =>
            {
                begun = true;
                return Task.CompletedTask;
            },
            default);
        begun.ShouldBeFalse("the only place is taken");

        rescan.SetResult();
        await scanning;
        await reprocess;
        begun.ShouldBeTrue();
    }

    [Fact]
    public async Task Work_that_fails_gives_its_place_back()
    {
        await Should.ThrowAsync<IOException>(() => _places.ForRescanAsync(() => throw new IOException(), default));
        await _places.ForReprocessAsync(() => Task.CompletedTask, default);
    }
}
