using Pipeline.Imaging;
using Pipeline.Imaging.Animation;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>A decoded animation, and animations to decode.</summary>
internal sealed record SomeAnimation(int LoopCount, IReadOnlyList<SomeFrame> Frames)
{
    public static SomeAnimation Read(string path)
    {
        using var file = new SourceFile(path);
        var type = ImageTypes.Sniff(file.Bytes)!.Value;
        using var header = type == ImageType.Webp ? VipsSource.Open(file.Bytes, type) : null;
        using var animation = Animations.Open(header, file.Bytes, type);
        var frames = new List<SomeFrame>();
        animation.ReadFrames((bitmap, index, delay) =>
        {
            index.ShouldBe(frames.Count);
            frames.Add(new SomeFrame(bitmap.Width, bitmap.Height, bitmap.Bands, delay, bitmap.Pixels.ToArray()));
        }, every: 1, CancellationToken.None);
        frames.Count.ShouldBe(animation.Count);
        return new SomeAnimation(animation.LoopCount, frames);
    }

    /// <summary>A frame for each colour.</summary>
    public static byte[] Webp(int loopCount, (Rgb Colour, int Ms)[] frames, int width = 20, int height = 10)
    {
        using var encoder = new WebpAnimationEncoder(width, height, loopCount, quality: 90, effort: 0);
        foreach (var (colour, ms) in frames)
        {
            using var bitmap = Filled(width, height, [colour.Red, colour.Green, colour.Blue]);
            encoder.Add(bitmap, ms, CancellationToken.None);
        }

        using var webp = encoder.Finish();
        return webp.Bytes.ToArray();
    }

    /// <summary>Takes ownership of the frames.</summary>
    public static byte[] Webp(int loopCount, Bitmap[] frames)
    {
        using var encoder = new WebpAnimationEncoder(frames[0].Width, frames[0].Height, loopCount, quality: 80, effort: 0);
        foreach (var frame in frames)
        {
            using (frame)
            {
                encoder.Add(frame, 40, CancellationToken.None);
            }
        }

        using var webp = encoder.Finish();
        return webp.Bytes.ToArray();
    }

    public static Bitmap Filled(int width, int height, byte[] pixel)
    {
        var bitmap = Bitmap.Allocate(width, height, pixel.Length);
        for (var i = 0; i < bitmap.Pixels.Length; i++)
        {
            bitmap.Pixels[i] = pixel[i % pixel.Length];
        }

        return bitmap;
    }

    public static Bitmap Noise(int width, int height, int seed)
    {
        var bitmap = Bitmap.Allocate(width, height, 3);
#pragma warning disable CA5394 // Noise that is the same in every run.
        new Random(seed).NextBytes(bitmap.Pixels);
#pragma warning restore CA5394
        return bitmap;
    }
}

internal sealed record SomeFrame(int Width, int Height, int Bands, int DelayMs, byte[] Pixels)
{
    /// <summary>The pixel in hex, with its alpha if it has one.</summary>
    public string At(int x, int y) => Convert.ToHexStringLower(Pixels, ((y * Width) + x) * Bands, Bands);

    /// <summary>The strongest band of the first pixel, since lossy red is not pure red.</summary>
    public int Reddest() => Array.IndexOf(Pixels[..3], Pixels[..3].Max());
}
