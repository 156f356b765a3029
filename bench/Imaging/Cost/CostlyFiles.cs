using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Bench.Imaging.Cost;

/// <summary>Small files that ask for much work, and good ones to hold them against.</summary>
internal static class CostlyFiles
{
    private const long PackedText = 100_000_000;

    private static readonly (string Name, Func<Photos, string, string> Make)[] All =
    [
        ("a photo of 12 MP", (photos, name) => photos.Photo(name + ".jpg", 4032, 3024, "-quality", "85")),
        ("an animated GIF, 480 × 270, 60 frames", (photos, name) => Moving(photos, name, 480, 270, 60)),
        ("a page as PNG, 1440 × 12,000", (photos, name) => photos.Make(
            name + ".png", "-size", "1440x12000", "pattern:hexagons", "-type", "TrueColor", "-depth", "8")),
        ("PNG, 95 packed texts of 100 MB", (photos, name) => photos.Write(name, Texts("zTXt", 95))),
        ("PNG, 95 packed international texts of 100 MB", (photos, name) => photos.Write(name, Texts("iTXt", 95))),
        ("JPEG, 2,000,000 empty comments", (photos, name) => photos.Write(name, Segments(photos, 0xFE, 2_000_000))),
        ("JPEG, 2,000,000 empty APP4", (photos, name) => photos.Write(name, Segments(photos, 0xE4, 2_000_000))),
        ("GIF, 24 frames of a dot on 2040²", (photos, name) => photos.Write(name, GifBuilder.Dots(2040, 2040, 24))),
        ("GIF, 1000 frames of a dot on 316²", (photos, name) => photos.Write(name, GifBuilder.Dots(316, 316, 1000))),
        ("GIF, 24 flat frames of 2040²", (photos, name) => Flat(photos, name + ".gif", 2040, 2040, 24)),
        ("WebP, 24 frames of 2040², noise of the size of the file", (photos, name) => Noise(photos, name, 24)),
        ("JPEG, 10,000², flat", (photos, name) => photos.Make(name + ".jpg", "-size", "10000x10000", "xc:gray", "-type", "TrueColor")),
        ("JPEG, 10,000², flat, 20 scans", (photos, name) => photos.Write(name, Scans(photos, 10_000, 10_000, 10))),
        ("JPEG, 10,000², flat, 190 scans", (photos, name) => photos.Write(name, Scans(photos, 10_000, 10_000, 180))),
        ("JPEG, 2,000², flat, 190 scans", (photos, name) => photos.Write(name, Scans(photos, 2_000, 2_000, 180))),
        ("JPEG, 2,048 × 16,383 of noise", (photos, name) => photos.Make(
            name + ".jpg", "-size", "256x2048", "-seed", "7", "plasma:fractal", "-sample", "2048x16383!", "-quality", "30")),
        ("PNG, 10,000², RGB", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000).Build())),
        ("PNG, 10,000², RGBA", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, colourType: 6).Build())),
        ("PNG, 10,000², RGB of 16 bits", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, 16).Build())),
        ("PNG, 10,000², RGBA of 16 bits", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, 16, 6).Build())),
        ("PNG, 10,000², grey, interlaced", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, 8, 0, interlaced: true).Build())),
        ("PNG, 10,000², RGB, interlaced", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, interlaced: true).Build())),
        ("PNG, 5,000², RGBA of 16 bits, interlaced", (photos, name) => photos.Write(name, new PngBuilder(5_000, 5_000, 16, 6, interlaced: true).Build())),
        ("PNG, 10,000², RGBA of 16 bits, interlaced", (photos, name) => photos.Write(name, new PngBuilder(10_000, 10_000, 16, 6, interlaced: true).Build())),
        ("PNG, 2,048 × 16,383, RGBA", (photos, name) => photos.Write(name, new PngBuilder(2_048, 16_383, colourType: 6).Build())),
        ("WebP, 10,000², lossless", (photos, name) => photos.Make(name + ".webp", "-size", "10000x10000", "xc:red", "-define", "webp:lossless=true,method=0")),
        ("WebP, 10,000², lossy", (photos, name) => photos.Make(name + ".webp", "-size", "10000x10000", "xc:red", "-define", "webp:method=0")),
    ];

    /// <summary>Makes them one by one; each is gone when the next one is asked for.</summary>
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

    private static byte[] Scans(Photos photos, int width, int height, int more) => JpegBuilder.WithScans(
        File.ReadAllBytes(photos.Make("scans.jpg", "-size", $"{width}x{height}", "xc:gray", "-type", "TrueColor", "-interlace", "JPEG")), more);

    private static string Flat(Photos photos, string name, int width, int height, int frames) => photos.Make(
        name, ["-size", $"{width}x{height}", .. Enumerable.Range(0, frames).Select(i => $"xc:hsl({i * 15},200,120)")]);

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
