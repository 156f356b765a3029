using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Browsers use other decoders than we do. What a decoder of another family sees of our variants must be the picture, and only that.</summary>
public sealed class PublishedVariantTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task Another_decoder_sees_the_picture_in_each_variant_and_nothing_else()
    {
        // Orientation 6: the pixels lie on their side.
        var path = _bench.Photos.Photo("photo.jpg", 1200, 900, "-quality", "95");
        Photos.Tag(
            path, "-Orientation#=6", "-GPSLatitude=48.2", "-GPSLatitudeRef=N", "-Artist=SECRET", "-XMP-dc:Creator=SECRET", "-IPTC:By-line=SECRET",
            "-Comment=SECRET");

        foreach (var variant in (await _bench.Render(path, new Profile { Widths = [900, 450, 200] })).Variants)
        {
            var seen = await ReadAsync(variant);

            (seen.Frames, string.Join(", ", seen.Unwanted)).ShouldBe((1, ""), variant.Name);
            var expected = _bench.Photos.Make($"{variant.Name}.png", path, "-auto-orient", "-filter", "Lanczos", "-resize", $"{variant.Width}x{variant.Height}!", "-strip");
            Likeness(seen.Rgb, Photos.Pixels(expected)).ShouldBeGreaterThan(32, $"decibels of {variant.Name} as {variant.Format}");
        }
    }

    [Fact]
    public async Task Another_decoder_sees_fields_of_colour_where_they_are()
    {
        var path = _bench.Photos.Make(
            "fields.png", "-size", "800x600", "xc:rgb(200,30,40)", "-fill", "rgb(20,60,220)", "-draw", "rectangle 400,0 799,599");

        foreach (var variant in (await _bench.Render(path, new Profile { Widths = [400] })).Variants)
        {
            var seen = await ReadAsync(variant);

            ShouldBeAbout(seen.MeanColour(40, 100, 64), [200, 30, 40], variant.Format);
            ShouldBeAbout(seen.MeanColour(300, 100, 64), [20, 60, 220], variant.Format);
        }
    }

    [Theory]
    [InlineData("jpg", "EXIF", "XMP", "IPTC", "ICC", "APP1", "APP1", "APP2", "APP13", "COM", "SOF0")]
    [InlineData("webp", "EXIF", "XMP", "ICC", "ICCP", "EXIF", "XMP ")]
    public async Task What_a_variant_must_not_hold_is_seen(string extension, params string[] unwanted)
    {
        var path = _bench.Photos.Make($"tagged.{extension}", "-size", "40x30", "xc:red");
        Photos.Tag(
            path, "-Artist=A", "-XMP-dc:Creator=A", extension == "jpg" ? "-IPTC:By-line=A" : "-Software=A", "-Comment=A",
            $"-icc_profile<={_bench.Photos.Write("p3.icc", IccProfile.DisplayP3())}");

        PublishedVariant.Read(await File.ReadAllBytesAsync(path)).Unwanted.ShouldBe(unwanted, ignoreOrder: true);
    }

    public void Dispose() => _bench.Dispose();

    private static async Task<PublishedVariant> ReadAsync(RenderedVariant variant)
    {
        var seen = PublishedVariant.Read(await File.ReadAllBytesAsync(variant.Path));
        (seen.Width, seen.Height).ShouldBe((variant.Width, variant.Height));
        return seen;
    }

    private static void ShouldBeAbout(double[] colour, double[] expected, string format) =>
        colour.Zip(expected, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(4, $"{format}: {string.Join(' ', colour)}");

    /// <summary>The peak signal-to-noise ratio in decibels.</summary>
    private static double Likeness(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        a.Length.ShouldBe(b.Length);
        double squares = 0;
        for (var i = 0; i < a.Length; i++) squares += (a[i] - b[i]) * (a[i] - b[i]);
        return 10 * Math.Log10(255 * 255 / (squares / a.Length));
    }
}
