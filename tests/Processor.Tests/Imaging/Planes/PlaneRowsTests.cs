using Pipeline.Imaging.Planes;
using Pipeline.Imaging.Resampling;

namespace Pipeline.Processor.Tests.Imaging.Planes;

public sealed class PlaneRowsTests
{
    [Theory]
    [InlineData(64, 8)]
    [InlineData(64, 63)]
    [InlineData(1001, 999)]
    [InlineData(2016, 1024)]
    [InlineData(4032, 2048)]
    [InlineData(500, 67)]
    public void A_processor_without_avx2_makes_the_same_bytes(int length, int target)
    {
        if (!System.Runtime.Intrinsics.X86.Avx2.IsSupported)
        {
            // Then both results are equal.
            return;
        }

        var source = Noise(length);
        foreach (var shift in new[] { 0, -0.5 })
        {
            var weights = new LanczosWeights(length, target, PlaneRows.NarrowStep, (double)length / target, shift);
            var (ours, portable) = (new byte[target], new byte[target]);
            PlaneRows.Narrow(source, weights, ours);
            PlaneRows.NarrowPortably(source, weights, portable);

            portable.ShouldBe(ours);
            ours.Distinct().Count().ShouldBeGreaterThan(5);
        }
    }

    [Fact]
    public void A_row_that_is_too_short_is_refused()
    {
        var weights = new LanczosWeights(100, 50, PlaneRows.NarrowStep);

        Should.Throw<ArgumentException>(() => PlaneRows.Narrow(new byte[99], weights, new byte[50]));
        Should.Throw<ArgumentException>(() => PlaneRows.Narrow(new byte[100], weights, new byte[49]));
        Should.Throw<ArgumentException>(() => PlaneRows.Narrow(new byte[100], new LanczosWeights(100, 50, AvxRows.NarrowStep), new byte[50]));
    }

    [Theory]
    [InlineData(300, 200, 2, 2)]
    [InlineData(301, 201, 2, 2)]
    [InlineData(301, 201, 1, 1)]
    [InlineData(301, 201, 2, 1)]
    public void A_plain_area_keeps_its_samples(int width, int height, int across, int down)
    {
        using var image = PlanarImage.Allocate(width, height, across, down);
        for (var plane = 0; plane < PlanarImage.Count; plane++) image.Plane(plane).Fill((byte)(50 + (70 * plane)));

        foreach (var orientation in Enumerable.Range(1, 8))
        {
            using var smaller = PlanarResize.To(image, 133, 77, new PlanarTurn(orientation));
            for (var plane = 0; plane < PlanarImage.Count; plane++) smaller.Plane(plane).IndexOfAnyExcept((byte)(50 + (70 * plane))).ShouldBe(-1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(77)]
    public unsafe void Every_sample_gets_the_nearest_value_of_the_narrower_range(int width)
    {
        var rows = (256 + width - 1) / width;
        var samples = Enumerable.Range(0, rows * width).Select(i => (byte)i).ToArray();
        var stride = width + 3;
        var (bright, colour) = (new byte[rows * stride], new byte[rows * stride]);
        fixed (byte* to = bright) VideoRange.Brightness(samples, width, to, stride);
        fixed (byte* to = colour) VideoRange.Colour(samples, width, to, stride);

        for (var i = 0; i < samples.Length; i++)
        {
            var at = (i / width * stride) + (i % width);
            bright[at].ShouldBe((byte)Math.Round(16 + (samples[i] * 219 / 255.0), MidpointRounding.AwayFromZero));
            colour[at].ShouldBe((byte)Math.Round(128 + ((samples[i] - 128) * 224 / 255.0), MidpointRounding.AwayFromZero));
        }

        // The margin of each row stays as it was.
        Enumerable.Range(0, rows).SelectMany(row => bright[((row * stride) + width)..((row + 1) * stride)]).ShouldAllBe(value => value == 0);
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
