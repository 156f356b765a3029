using Pipeline.Imaging;
using Pipeline.Imaging.Resampling;
using Pipeline.Imaging.Vips;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class ResamplingTests
{
    [Theory]
    [InlineData(1000, 700, 640, 448, 0.6)]
    [InlineData(640, 448, 320, 224, 0.6)]
    [InlineData(1001, 777, 999, 775, 0.6)]
    [InlineData(64, 64, 63, 64, 0.6)]
    [InlineData(2000, 500, 250, 63, 1.5)] // libvips first averages blocks if the scale is large
    public void A_small_image_is_that_of_libvips(int width, int height, int toWidth, int toHeight, double tolerance)
    {
        using var source = Waves(width, height);
        RgbResampler.Supports(width, height, toWidth, toHeight).ShouldBeTrue();
        using var ours = RgbResampler.Resize(source, toWidth, toHeight);

        using var image = VipsImage.Over(source);
        using var resized = VipsResize.To(image, toWidth, toHeight);
        using var theirs = resized.ToBitmap(CancellationToken.None);

        Difference(ours, theirs).ShouldBeLessThan(tolerance);
    }

    [Theory]
    [InlineData(1000, 700, 640, 448)]
    [InlineData(1001, 777, 999, 775)]
    [InlineData(64, 64, 63, 64)]
    [InlineData(2000, 500, 250, 63)]
    [InlineData(4032, 300, 2048, 152)]
    public void A_processor_without_avx2_makes_the_same_bytes(int width, int height, int toWidth, int toHeight)
    {
        if (!System.Runtime.Intrinsics.X86.Avx2.IsSupported)
        {
            // Then both results are equal.
            return;
        }

        using var source = SomeAnimation.Noise(width, height, seed: width);
        var down = new LanczosWeights(height, toHeight, AvxRows.VerticalStep);
        var across = new LanczosWeights(width, toWidth, AvxRows.NarrowStep);
        var stride = width * 3;
        var rows = (Squeezed: (byte[])[.. new byte[stride * 2]], Narrowed: (byte[])[.. new byte[toWidth * 6]]);
        var same = (Squeezed: (byte[])[.. new byte[stride * 2]], Narrowed: (byte[])[.. new byte[toWidth * 6]]);
        for (var y = 0; y < toHeight; y++)
        {
            var from = source.Pixels[(down.Start(y) * stride)..];
            AvxRows.ShrinkVertically(from, stride, down.Of(y), rows.Squeezed);
            AvxRows.Narrow(rows.Squeezed, across, rows.Narrowed);
            PortableRows.ShrinkVertically(from, stride, down.Of(y), same.Squeezed);
            PortableRows.Narrow(same.Squeezed, across, same.Narrowed);

            same.Squeezed.ShouldBe(rows.Squeezed);
            same.Narrowed[..(toWidth * 3)].ShouldBe(rows.Narrowed[..(toWidth * 3)]);
        }
    }

    [Fact]
    public void Rows_may_come_in_any_number()
    {
        using var source = Waves(300, 200);
        using var whole = RgbResampler.Resize(source, 130, 90);
        using var resampler = new RgbResampler(300, 200, 130, 90);
        for (int row = 0, rows = 1; row < 200; row += rows, rows = Math.Min(rows + 1, 200 - row))
        {
            resampler.Push(source.Pixels.Slice(row * 900, rows * 900));
        }

        using var pieced = resampler.Take();

        pieced.Pixels.SequenceEqual(whole.Pixels).ShouldBeTrue();
    }

    [Fact]
    public void A_plain_area_keeps_its_colour()
    {
        using var source = Bitmap.Allocate(500, 400, 3);
        source.Pixels.Fill(200);
        using var resized = RgbResampler.Resize(source, 333, 77);

        resized.Pixels.IndexOfAnyExcept((byte)200).ShouldBe(-1);
    }

    [Fact]
    public void Missing_rows_are_told_and_not_made_up()
    {
        using var source = Waves(300, 200);
        using var resampler = new RgbResampler(300, 200, 100, 67);
        resampler.Push(source.Pixels[..(900 * 199)]);

        Should.Throw<InvalidOperationException>(resampler.Take);
    }

    private static Bitmap Waves(int width, int height)
    {
        var bitmap = Bitmap.Allocate(width, height, 3);
        for (var i = 0; i < width * height; i++)
        {
            var (x, y) = (i % width, i / width);
            bitmap.Pixels[i * 3] = (byte)(128 + (120 * Math.Sin(x / 9.0)));
            bitmap.Pixels[(i * 3) + 1] = (byte)(128 + (120 * Math.Sin((x + y) / 13.0)));
            bitmap.Pixels[(i * 3) + 2] = (byte)(x / 8 % 2 == y / 8 % 2 ? 30 : 220);
        }

        return bitmap;
    }

    private static double Difference(Bitmap a, Bitmap b)
    {
        (a.Width, a.Height).ShouldBe((b.Width, b.Height));
        double sum = 0;
        for (var i = 0; i < a.Pixels.Length; i++)
        {
            sum += Math.Abs(a.Pixels[i] - b.Pixels[i]);
        }

        return sum / a.Pixels.Length;
    }
}
