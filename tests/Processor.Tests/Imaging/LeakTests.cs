using Pipeline.Imaging;
using Pipeline.Imaging.Animation;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Counts the resources of the whole process, so no other test may run at the same time.</summary>
[CollectionDefinition(nameof(LeakTests), DisableParallelization = true)]
[Collection(nameof(LeakTests))]
public sealed class LeakTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task Fifty_images_good_and_bad_leave_nothing_behind_in_libvips()
    {
        var good = _bench.Photos.Photo("good.jpg", 700, 500);
        var clear = _bench.Photos.Photo("clear.png", 700, 500, "-alpha", "set", "-channel", "A", "-evaluate", "set", "50%");
        var cut = _bench.Photos.Write("cut.jpg", (await File.ReadAllBytesAsync(good)).AsSpan(0, 9_000));
        await RenderAll([good, clear, cut]);
        var before = VipsRuntime.Allocations();

        await RenderAll(Enumerable.Range(0, 50).Select(i => (string[])[good, clear, cut]).SelectMany(paths => paths).Take(50));

        // libvips' own threads release their resources shortly after the end of an image.
        await Eventually.True(() => VipsRuntime.Allocations() <= before, "libvips holds no more than before");
    }

    [Fact]
    public void The_frames_of_an_animation_are_never_all_in_memory()
    {
        const int Count = 30;
        var frame = (300 * 200 * 4) + 4096;
        var path = _bench.Photos.Write("long.webp", SomeAnimation.Webp(0, [.. Enumerable.Range(0, Count).Select(i => SomeAnimation.Noise(300, 200, i))]));
        var before = VipsRuntime.Memory();
        var most = 0L;
        using (var file = new SourceFile(path))
        {
            using var header = VipsSource.Open(file.Bytes, ImageType.Webp);
            using var animation = Animations.Open(header, file.Bytes, ImageType.Webp);
            animation.Count.ShouldBe(Count);
            animation.ReadFrames((_, _, _) => most = Math.Max(most, VipsRuntime.Memory() - before), every: 1, CancellationToken.None);
        }

        VipsRuntime.EndThread();
        most.ShouldBeLessThan(5 * frame);
        VipsRuntime.Memory().ShouldBe(before);
    }

    public void Dispose() => _bench.Dispose();

    private Task RenderAll(IEnumerable<string> paths) => Parallel.ForEachAsync(paths,
        new ParallelOptions { MaxDegreeOfParallelism = 2 },
        async (path, cancelled) => await _bench.TryRender(path, new Profile { WebpEffort = 0 }, cancellationToken: cancelled));
}
