using System.Text;
using System.Text.Json;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class MetadataTests : IDisposable
{
    /// <summary>Tags that exiftool reports for every file: its container, and derived values.</summary>
    private static readonly string[] Structural = ["ExifTool", "System", "File", "RIFF", "Composite", "JFIF"];

    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task No_metadata_of_the_original_is_in_any_output(string extension)
    {
        var path = _bench.Photos.Photo($"tagged.{extension}", 900, 600);
        Photos.Tag(path, "-GPSLatitude=48.2", "-GPSLatitudeRef=N", "-GPSLongitude=16.3", "-GPSLongitudeRef=E", "-Artist=SECRET",
            "-XMP-dc:Creator=SECRET", "-Comment=SECRET", $"-icc_profile<={_bench.Photos.Write("p3.icc", IccProfile.DisplayP3())}");
        if (extension == "jpg")
        {
            Photos.Tag(path, "-IPTC:By-line=SECRET");
        }

        Photos.Metadata(path).ShouldContain("SECRET");

        foreach (var variant in (await _bench.Render(path)).Variants)
        {
            using var found = JsonDocument.Parse(Photos.Metadata(variant.Path));
            var groups = found.RootElement[0].EnumerateObject().Select(tag => tag.Name).Where(name => name.Contains(':'))
                .Select(name => name.Split(':')[0]).Distinct();
            groups.ShouldBeSubsetOf(Structural);
            string.Join(", ", PublishedVariant.Read(await File.ReadAllBytesAsync(variant.Path)).Unwanted).ShouldBe("", variant.Path);

            // No markers of three letters, which occur in compressed pixels by chance.
            foreach (var mark in new[] { "Exif", "EXIF", "xmpmeta", "ns.adobe.com", "XMP ", "Photoshop", "ICC_PROFILE", "ICCP", "acsp", "SECRET" })
            {
                (await File.ReadAllBytesAsync(variant.Path)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)).ShouldBe(-1, mark);
            }
        }
    }

    [Theory]
    [InlineData("jpg", "exif, gps, xmp, iptc, comment, thumbnail")]
    [InlineData("png", "exif, gps, xmp, comment")]
    [InlineData("webp", "exif, gps, xmp")]
    public async Task What_is_removed_is_named_and_no_value_of_it(string extension, string kinds)
    {
        var path = _bench.Photos.Photo($"tagged.{extension}", 300, 200);
        Photos.Tag(path, "-GPSLatitude=48.2", "-GPSLatitudeRef=N", "-Artist=SECRET", "-XMP-dc:Creator=SECRET");
        if (extension != "webp") Photos.Tag(path, "-Comment=SECRET");
        if (extension == "jpg") Photos.Tag(path, "-IPTC:By-line=SECRET", $"-ThumbnailImage<={_bench.Photos.Photo("small.jpg", 40, 30)}");

        string.Join(", ", (await _bench.Render(path)).Removed!).ShouldBe(kinds);
    }

    [Theory]
    [InlineData("-Orientation#=6", "")]
    [InlineData("-XMP-exif:GPSLatitude=48.2", "gps, xmp")]
    [InlineData("-Make=Camera", "exif")]
    public async Task An_orientation_is_applied_and_a_place_is_found_wherever_it_stands(string tag, string kinds)
    {
        var path = _bench.Photos.Photo("photo.jpg", 300, 200);
        Photos.Tag(path, tag);

        string.Join(", ", (await _bench.Render(path)).Removed!).ShouldBe(kinds);
    }

    [Fact]
    public async Task A_plain_photo_loses_nothing() => (await _bench.Render(_bench.Photos.Photo("plain.webp", 300, 200))).Removed!.ShouldBeEmpty();

    public void Dispose() => _bench.Dispose();
}
