using Pipeline.Imaging;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging.MetadataStripping;

public sealed class JpegMetadataStripperTests : IDisposable
{
    private readonly Photos _photos = new();

    [Theory]
    [InlineData("baseline")]
    [InlineData("progressive", "-interlace", "JPEG")]
    [InlineData("full-colour", "-sampling-factor", "4:4:4")]
    [InlineData("grey", "-colorspace", "Gray")]
    [InlineData("inks", "-colorspace", "CMYK")]
    [InlineData("progressive-inks", "-colorspace", "CMYK", "-interlace", "JPEG")]
    public void Every_kind_keeps_its_pixels_and_loses_what_is_written_beside_them(string name, params string[] arguments)
    {
        var path = Tagged(_photos.Photo(name + ".jpg", 311, 207, arguments));
        var source = File.ReadAllBytes(path);

        var clean = Cleaned.Of((byte[])[.. source, .. "<?php SECRET"u8]);

        clean.ShouldLookLike(source);
        clean.ShouldNotHold("SECRET", "<?php", "Exif", "xmpmeta", "ns.adobe.com", "Photoshop", "8BIM");
        Cleaned.Tags(_photos.Write("clean.jpg", clean)).Where(tag => !tag.StartsWith("Adobe:", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Restart_markers_are_part_of_the_pixels()
    {
        var source = CraftedJpeg.WithRestarts();

        var clean = Cleaned.Of(source);

        Cleaned.Decodes(source).ShouldBeTrue();
        clean.ShouldBe(source);
    }

    [Fact]
    public void The_compressed_pixels_are_the_same_bytes()
    {
        var source = File.ReadAllBytes(_photos.Photo("photo.jpg", 300, 200));
        var pixels = source[source.AsSpan().IndexOf([(byte)0xFF, (byte)0xDA])..];

        Cleaned.Of(source).AsSpan().EndsWith(pixels).ShouldBeTrue();
    }

    [Fact]
    public void Comments_and_stray_bytes_between_segments_and_scans_go()
    {
        var source = File.ReadAllBytes(_photos.Photo("progressive.jpg", 300, 200, "-interlace", "JPEG"));
        byte[] comment = [.. CraftedJpeg.Segment(0xFE, "SECRET"u8), .. CraftedJpeg.Segment(0xE5, "SECRET"u8), 0xFF, 0xFF, 0xFF];

        byte[] stray = [.. CraftedJpeg.Segment(0xFE, [1]), .. "SECRET"u8, 0xFF, .. comment];

        var dirty = CraftedJpeg.WithFirst(CraftedJpeg.WithBetweenScans(source, comment), stray);
        var clean = Cleaned.Of(dirty);

        clean.ShouldBe(Cleaned.Of(source));
        clean.ShouldLookLike(source);
    }

    [Fact]
    public void Of_several_images_only_the_first_is_left()
    {
        var first = File.ReadAllBytes(_photos.Photo("first.jpg", 300, 200));
        var second = File.ReadAllBytes(_photos.Make("second.jpg", "-size", "64x64", "xc:red"));
        byte[] both = [.. CraftedJpeg.WithFirst(first, CraftedJpeg.Segment(0xE2, [.. "MPF\0"u8, .. new byte[60]])), .. second];

        Cleaned.Of(both).ShouldBe(Cleaned.Of(first));
    }

    [Fact]
    public void Thumbnails_in_either_place_go()
    {
        var thumbnail = _photos.Make("thumbnail.jpg", "-size", "80x60", "xc:red", "-set", "comment", "SECRET");
        var path = _photos.Photo("photo.jpg", 300, 200);
        Photos.Tag(path, $"-ThumbnailImage<={thumbnail}");
        var jfif = CraftedJpeg.Segment(0xE0, [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 2, 1, .. "SECRET"u8]);
        var source = CraftedJpeg.WithFirst(File.ReadAllBytes(path), jfif);

        var clean = Cleaned.Of(source);

        clean.ShouldLookLike(source);
        clean.ShouldNotHold("SECRET");
        Cleaned.Tags(_photos.Write("clean.jpg", clean)).ShouldBeEmpty();
    }

    [Fact]
    public void What_an_adobe_segment_says_besides_the_kind_of_colours_goes()
    {
        var source = File.ReadAllBytes(_photos.Photo("inks.jpg", 90, 60, "-colorspace", "CMYK"));
        var adobe = source.AsSpan().IndexOf("Adobe"u8);
        var segment = CraftedJpeg.Segment(0xEE, [.. source[adobe..(adobe + 12)], .. "SECRET"u8]);
        byte[] longer = [.. source[..(adobe - 4)], .. segment, .. source[(adobe + 12)..]];

        var clean = Cleaned.Of(longer);

        clean.ShouldLookLike(source);
        clean.ShouldNotHold("SECRET");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Which_way_is_up_is_the_only_thing_that_is_kept(int orientation)
    {
        var path = Tagged(_photos.Photo("photo.jpg", 90, 60), $"-Orientation#={orientation}");

        var clean = Cleaned.Of(path);

        clean.ShouldLookLike(File.ReadAllBytes(path));
        Cleaned.Tags(_photos.Write("clean.jpg", clean)).ShouldBe(["IFD0:Orientation"]);
    }

    [Fact]
    public void A_clean_file_stays_as_it_is()
    {
        var path = Tagged(_photos.Photo("photo.jpg", 90, 60), "-Orientation#=6");
        var clean = Cleaned.Of(path);

        Cleaned.Of(clean).ShouldBe(clean);
    }

    [Fact]
    public void A_file_that_is_cut_inside_its_pixels_or_before_has_no_clean_version()
    {
        var source = Cleaned.Of(_photos.Photo("photo.jpg", 90, 60));

        for (var length = 0; length < source.Length - 2; length++)
        {
            Cleaned.Try(source.AsSpan(0, length), ImageType.Jpeg).ShouldBeNull();
        }

        // Only the marker for the end is missing, or half of it.
        Cleaned.Of(source.AsSpan(0, source.Length - 2)).ShouldBe(source);
        Cleaned.Of(source.AsSpan(0, source.Length - 1)).ShouldBe(source);
    }

    [Theory]
    [InlineData(0xC3)]
    [InlineData(0xC5)]
    [InlineData(0xCB)]
    [InlineData(0xDE)]
    [InlineData(0xF0)]
    [InlineData(0x30)]
    public void A_kind_that_no_browser_shows_has_no_clean_version(int marker)
    {
        var source = CraftedJpeg.WithRestarts();
        var frame = source.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]);

        source[frame + 1] = (byte)marker;

        Cleaned.Try(source).ShouldBeNull();
    }

    [Theory]
    [InlineData(0xDB)]
    [InlineData(0xC0)]
    [InlineData(0xC4)]
    [InlineData(0xDD)]
    [InlineData(0xDA)]
    public void A_table_with_room_for_something_else_has_no_clean_version(int marker)
    {
        var source = CraftedJpeg.WithRestarts();
        var at = source.AsSpan().IndexOf([(byte)0xFF, (byte)marker]);
        var end = at + 2 + source[at + 3];

        byte[] longer = [.. source[..(at + 3)], (byte)(source[at + 3] + 6), .. source[(at + 4)..end], .. "SECRET"u8, .. source[end..]];

        Cleaned.Try(longer).ShouldBeNull();
    }

    public void Dispose() => _photos.Dispose();

    private static string Tagged(string path, params string[] more)
    {
        Photos.Tag(path, ["-GPSLatitude=48.2", "-GPSLatitudeRef=N", "-Artist=SECRET", "-Copyright=SECRET", "-XMP-dc:Creator=SECRET",
            "-Comment=SECRET", "-IPTC:By-line=SECRET", .. more]);
        return path;
    }
}
