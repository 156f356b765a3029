using System.Text;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Bench.Imaging.Cost;

/// <summary>Small files that need much work, and good files for comparison.</summary>
internal static class CostlyFiles
{
    private const long PackedText = 100_000_000;

    private static readonly (string Name, Func<Photos, string, string> Make)[] All =
    [
        ("an animated GIF, 480 × 270, 60 frames", (photos, name) => Moving(photos, name, 480, 270, 60)),
        ("a page as PNG, 1440 × 12,000", (photos, name) => photos.Make(
            name + ".png", "-size", "1440x12000", "pattern:hexagons", "-type", "TrueColor", "-depth", "8")),
        ("PNG, 95 packed texts of 100 MB", (photos, name) => photos.Write(name, Texts("zTXt", 95))),
        ("PNG, 95 packed international texts of 100 MB", (photos, name) => photos.Write(name, Texts("iTXt", 95))),
        ("JPEG, 2,000,000 empty comments", (photos, name) => photos.Write(name, Segments(photos, 0xFE, 2_000_000))),
        ("JPEG, 2,000,000 empty APP4", (photos, name) => photos.Write(name, Segments(photos, 0xE4, 2_000_000))),
        ("GIF, 24 frames of a dot on 2040²", (photos, name) => photos.Write(name, GifBuilder.Dots(2040, 2040, 24))),
        ("GIF, 1000 frames of a dot on 316²", (photos, name) => photos.Write(name, GifBuilder.Dots(316, 316, 1000))),
        ("GIF, 24 frames of 2040², a pattern", (photos, name) => photos.Write(name, GifBuilder.Patterns(2040, 2040, 24, 12))),
        ("GIF, 99 frames of 1000², a pattern", (photos, name) => photos.Write(name, GifBuilder.Patterns(1000, 1000, 99, 12))),
        ("GIF, 600 frames of 316², a pattern", (photos, name) => photos.Write(name, GifBuilder.Patterns(316, 316, 600, 12))),
        ("GIF, 10,000², a pattern", (photos, name) => photos.Write(name, GifBuilder.Patterns(10_000, 10_000, 1, 64))),
        ("GIF, 2,048 × 16,383, a pattern", (photos, name) => photos.Write(name, GifBuilder.Patterns(2_048, 16_383, 1, 48))),
        ("WebP, 24 frames of 2040², noise of the size of the file", (photos, name) => Noise(photos, name, 24)),
        ("JPEG, 10,000², flat", (photos, name) => photos.Write(name, Black("jpegsave_buffer", 10_000, 10_000))),
        ("JPEG, 10,000², flat, 10 scans", (photos, name) => photos.Write(name, JpegBuilder.Progressive(10_000, 10_000, 10))),
        ("JPEG, 10,000², flat, 25 scans", (photos, name) => photos.Write(name, JpegBuilder.Progressive(10_000, 10_000, 25))),
        ("JPEG, 10,000², flat, 190 scans", (photos, name) => photos.Write(name, JpegBuilder.Progressive(10_000, 10_000, 190))),
        ("JPEG, 4,000², flat, 190 scans", (photos, name) => photos.Write(name, JpegBuilder.Progressive(4_000, 4_000, 190))),
        ("JPEG, 2,048 × 16,376 of noise", (photos, name) => photos.Write(name, Noise("jpegsave_buffer:Q=20", 2048, 16_376))),
        ("PNG, 10,000², RGB", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000).Build())),
        ("PNG, 10,000², RGBA", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, colourType: 6).Build())),
        ("PNG, 10,000², RGB of 16 bits", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, 16).Build())),
        ("PNG, 10,000², RGBA of 16 bits", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, 16, 6).Build())),
        ("PNG, 10,000², grey, interlaced", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, 8, 0, interlaced: true).Build())),
        ("PNG, 10,000², RGB, interlaced", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, interlaced: true).Build())),
        ("PNG, 5,000², RGBA of 16 bits, interlaced", (photos, name) => photos.Write(name, new PngBuilder(5_000, 5_000, 16, 6, interlaced: true).Build())),
        ("PNG, 10,000², RGBA of 16 bits, interlaced", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, 16, 6, interlaced: true).Build())),
        ("PNG, 2,048 × 16,383, RGBA", (photos, name) => photos.Write(name, new PngBuilder(2_048, 16_383, colourType: 6).Build())),
        ("PNG, 10,000², RGB, noise that repeats", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000) { NoisyRows = 1 }.Build())),
        ("PNG, 2,048 × 16,383, RGB, noise that repeats", (photos, name) => photos.Write(name, new PngBuilder(2_048, 16_383) { NoisyRows = 5 }.Build())),
        ("PNG, 2,048 × 16,383, RGBA, noise that repeats", (photos, name) => photos.Write(name, new PngBuilder(2_048, 16_383, colourType: 6) { NoisyRows = 3 }.Build())),
        ("PNG, 2,048 × 8,000, RGB, noise that repeats", (photos, name) => photos.Write(name, new PngBuilder(2_048, 8_000) { NoisyRows = 5 }.Build())),
        ("PNG, 10,000², palette with alpha", (photos, name) => photos.Write(name, Palette(10_000, 10_000, 8))),
        ("PNG, 10,000², palette of 1 bit with alpha", (photos, name) => photos.Write(name, Palette(10_000, 10_000, 1))),
        ("PNG, 2,048 × 16,383, palette with alpha", (photos, name) => photos.Write(name, Palette(2_048, 16_383, 8))),
        ("PNG, 10,000², RGB, one colour transparent", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000).With("tRNS", new byte[6]).Build())),
        ("PNG, 10,000², grey, one colour transparent", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, 8, 0).With("tRNS", new byte[2]).Build())),
        ("JPEG, 10,000², CMYK", (photos, name) => photos.Write(name, Black("jpegsave_buffer", 10_000, 10_000, "cmyk"))),
        ("AVIF, 9,728² of one tile of noise", (photos, name) => photos.Write(name, HeifFiles.Grid("avif", 19, 19))),
        ("AVIF, 2,048 × 16,383 of one tile of noise", (photos, name) => photos.Write(name, HeifFiles.Grid("avif", 32, 4))),
        ("AVIF, 64² of 1,444 tiles of 512²", (photos, name) => photos.Write(name, HeifFiles.Grid("avif", 38, 38, (64, 64)))),
        ("HEIC, 9,728² of one tile of noise", (photos, name) => photos.Write(name, HeifFiles.Grid("heic", 19, 19))),
        ("HEIC, 2,048 × 16,383 of one tile of noise", (photos, name) => photos.Write(name, HeifFiles.Grid("heic", 32, 4))),
        ("HEIC, 64² of 1,444 tiles of 512²", (photos, name) => photos.Write(name, HeifFiles.Grid("heic", 38, 38, (64, 64)))),
        ("SVG, 10,000², turbulence", (photos, name) => photos.Write(name, Svg(10_000, 10_000, "<filter id='f'><feTurbulence baseFrequency='.05' numOctaves='10'/></filter><rect width='100%' height='100%' filter='url(#f)'/>"))),
        ("SVG, 2,000², 50,000 circles", (photos, name) => photos.Write(name, Svg(2_000, 2_000, string.Concat(Enumerable.Repeat("<circle r='999'/>", 50_000))))),
        ("SVG, 2,048 × 16,383, flat", (photos, name) => photos.Write(name, Svg(2_048, 16_383, "<rect width='100%' height='100%'/>"))),
        ("WebP, 2,048 × 16,376 of noise", (photos, name) => photos.Write(name, Noise("webpsave_buffer:Q=1,effort=0", 2048, 16_376))),
        ("WebP, 10,000², lossless", (photos, name) => photos.Write(name, Black("webpsave_buffer:lossless=true,effort=0", 10_000, 10_000))),
        ("WebP, 10,000², lossless, with alpha", (photos, name) => photos.Write(name, Black("webpsave_buffer:lossless=true,effort=0", 10_000, 10_000, alpha: true))),
        ("WebP, 5,000 × 16,383, lossless, with alpha", (photos, name) => photos.Write(name, Black("webpsave_buffer:lossless=true,effort=0", 5_000, 16_383, alpha: true))),
        ("WebP, 10,000², lossy", (photos, name) => photos.Write(name, Black("webpsave_buffer:effort=0", 10_000, 10_000))),
    ];

    /// <summary>The reference photo.</summary>
    public static string Photo(Photos photos) => photos.Photo("photo.jpg", 4032, 3024, "-quality", "85");

    /// <summary>Creates the files one by one; each is deleted when the next one is requested.</summary>
    public static IEnumerable<(string Name, string Path)> Make(string? only)
    {
        foreach (var (name, make) in All.Where(file => only is null || file.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            using var photos = new Photos();
            yield return (name, make(photos, "costly"));
        }
    }

    private static byte[] Texts(string chunk, int count)
    {
        var png = new PngBuilder(64, 64);
        var text = PngBuilder.PackedText(chunk, PackedText);
        for (var i = 0; i < count; i++) png.With(chunk, text);
        return png.Build();
    }

    private static byte[] Segments(Photos photos, byte marker, int count) =>
        JpegBuilder.WithSegments(File.ReadAllBytes(photos.Photo("small.jpg", 640, 480)), marker, [], count);

    /// <param name="saver">A saver of libvips, which streams images beyond ImageMagick's limits, with its options after a colon.</param>
    private static byte[] Black(string saver, int width, int height, string colours = "srgb", bool alpha = false)
    {
        _ = VipsRuntime.Start();
        using var bare = new VipsOperation("black", $"width={width},height={height},bands={(alpha || colours == "cmyk" ? 4 : 3)}").Run();
        using var image = new VipsOperation("copy", $"interpretation={colours}").With("in", bare).Run();
        return Save(image, saver);
    }

    /// <summary>Squares of 8 × 8 pixels.</summary>
    private static byte[] Noise(string saver, int width, int height)
    {
        _ = VipsRuntime.Start();
        using var bare = new VipsOperation("gaussnoise", $"width={width / 8},height={height / 8},sigma=40,mean=128,seed=7").Run();
        using var grey = new VipsOperation("cast", "format=uchar").With("in", bare).Run();
        using var zoomed = new VipsOperation("zoom", "xfac=8,yfac=8").With("input", grey).Run();
        using var named = new VipsOperation("copy", "interpretation=b-w").With("in", zoomed).Run();
        using var image = new VipsOperation("colourspace", "space=srgb").With("in", named).Run();
        return Save(image, saver);
    }

    private static byte[] Save(VipsImage image, string saver)
    {
        var (name, options) = saver.Split(':') is [var first, var second] ? (first, second) : (saver, string.Empty);
        using var file = new VipsOperation(name, options).With("in", image).RunToBytes();
        return file.Bytes.ToArray();
    }

    private static byte[] Palette(int width, int height, byte bits) => new PngBuilder(width, height, bits, 3)
        .With("PLTE", new byte[3 << bits]).With("tRNS", Enumerable.Repeat((byte)128, 1 << bits).ToArray()).Build();

    private static byte[] Svg(int width, int height, string drawing) =>
        Encoding.ASCII.GetBytes($"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'>{drawing}</svg>");

    private static string Moving(Photos photos, string name, int width, int height, int frames) => photos.Make(
        name + ".gif",
        ["-size", $"{width * 2}x{height}", "-seed", "7", "plasma:fractal", "-colors", "64", .. Enumerable.Range(0, frames).SelectMany(i => (string[])
            ["(", "-clone", "0", "-crop", $"{width}x{height}+{i * 4}+0", "+repage", ")"]), "-delete", "0"]);

    private static byte[] NoiseWebp(Photos photos, int seed) => File.ReadAllBytes(photos.Make(
        $"noise{seed}.webp", "-size", "2040x2040", "-seed", $"{seed}", "plasma:fractal", "-quality", "1", "-define", "webp:method=0"));

    private static string Noise(Photos photos, string name, int frames)
    {
        byte[][] stills = [NoiseWebp(photos, 1), NoiseWebp(photos, 2)];
        return photos.Write(name, WebpBuilder.Animation(2040, 2040, stills, frames, (2040, 2040)));
    }
}
