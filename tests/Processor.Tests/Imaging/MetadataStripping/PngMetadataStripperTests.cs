using Pipeline.Imaging;
using Pipeline.Imaging.Attributions;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging.MetadataStripping;

public sealed class PngMetadataStripperTests : IDisposable
{
    private static readonly byte[] Secret = CraftedPng.Chunk("prVt", "SECRET"u8);

    private readonly Photos _photos = new();

    [Theory]
    [InlineData("colour")]
    [InlineData("deep", "-depth", "16")]
    [InlineData("grey", "-colorspace", "Gray")]
    [InlineData("palette", "-colors", "16")]
    [InlineData("black-and-white", "-monochrome")]
    [InlineData("interlaced", "-interlace", "PNG")]
    [InlineData("alpha", "-alpha", "set", "-channel", "A", "-evaluate", "multiply", "0.5")]
    [InlineData("palette-with-alpha", "-fuzz", "20%", "-transparent", "red", "-colors", "32")]
    public void Every_kind_keeps_its_pixels_and_loses_what_is_written_beside_them(string name, params string[] arguments)
    {
        var path = Tagged(_photos.Photo(name + ".png", 211, 107, arguments));
        var source = CraftedPng.Before(File.ReadAllBytes(path), "IDAT", Secret);

        var clean = Cleaned.Of((byte[])[.. source, .. "<?php SECRET"u8]);

        clean.ShouldLookLike(source);
        clean.ShouldNotHold("SECRET", "<?php", "eXIf", "tEXt", "iTXt", "zTXt", "tIME", "xmpmeta");
        Cleaned.Tags(_photos.Write("clean.png", clean)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    public void Which_way_is_up_is_the_only_thing_that_is_kept(int orientation)
    {
        var path = Tagged(_photos.Photo("photo.png", 90, 60), $"-Orientation#={orientation}");

        var clean = Cleaned.Of(path);

        clean.ShouldLookLike(File.ReadAllBytes(path));
        Cleaned.Tags(_photos.Write("clean.png", clean)).ShouldBe(["IFD0:Orientation"]);
    }

    [Fact]
    public void Which_way_is_up_does_not_count_behind_the_pixels_as_it_does_not_for_the_decoder()
    {
        var clean = Photo();
        var source = CraftedPng.Before(clean, "IEND", CraftedPng.Chunk("eXIf", ExifBlock.Write(null, orientation: 6)));

        Cleaned.Of(source).ShouldBe(clean);
        clean.ShouldLookLike(source);
    }

    [Fact]
    public void Chunks_that_change_how_pixels_look_are_kept_once_each()
    {
        byte[][] chunks =
        [
            CraftedPng.Chunk("gAMA", [0, 0, 0xB1, 0x8F]), CraftedPng.Chunk("cHRM", new byte[32]), CraftedPng.Chunk("sRGB", [0]),
            CraftedPng.Chunk("cICP", [9, 16, 0, 1]), CraftedPng.Chunk("sBIT", [8, 8, 8]), CraftedPng.Chunk("tRNS", new byte[6]),
        ];
        var source = Photo();

        var clean = Cleaned.Of(CraftedPng.Before(source, "IDAT", [.. chunks, .. chunks, Secret]));

        clean.ShouldBe(CraftedPng.Before(source, "IDAT", chunks));
    }

    [Fact]
    public void A_colour_chunk_that_is_damaged_too_long_or_late_goes()
    {
        var source = Photo();
        var damaged = CraftedPng.Chunk("gAMA", [0, 0, 0xB1, 0x8F]);
        damaged[^1] ^= 1;

        Cleaned.Of(CraftedPng.Before(source, "IDAT", damaged, CraftedPng.Chunk("sRGB", "SECRET"u8))).ShouldBe(source);
        Cleaned.Of(CraftedPng.Before(source, "IEND", CraftedPng.Chunk("sRGB", [0]))).ShouldBe(source);
    }

    [Fact]
    public void Of_an_animation_only_the_picture_that_was_judged_is_left()
    {
        var source = Photo();
        var (control, frame) = (CraftedPng.Chunk("fcTL", new byte[26]), CraftedPng.Chunk("fdAT", new byte[40]));
        var animated = CraftedPng.Before(source, "IDAT", CraftedPng.Chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]), control);
        animated = CraftedPng.Before(animated, "IEND", control, frame);

        Cleaned.Of(animated).ShouldBe(source);
    }

    [Fact]
    public void A_profile_keeps_its_colours_and_loses_its_name()
    {
        byte[] longer = [.. IccProfile.DisplayP3(), .. "SECRET"u8];
        var chunk = CraftedPng.Profile("SECRET", longer, [.. "SECRET"u8]);
        var source = CraftedPng.Before(Photo(), "IDAT", CraftedPng.Profile("P3", IccProfile.DisplayP3()));

        var clean = Cleaned.Of(CraftedPng.Before(Photo(), "IDAT", chunk));

        clean.ShouldLookLike(source);
        clean.ShouldBe(Cleaned.Of(source));
        clean.ShouldNotHold("SECRET");
        CraftedPng.Names(clean).ShouldContain("iCCP");
        Cleaned.Tags(_photos.Write("clean.png", clean)).ShouldContain("ICC_Profile:ProfileDescription");
    }

    [Theory]
    [InlineData("not packed")]
    [InlineData("cut")]
    [InlineData("no signature")]
    [InlineData("another way of packing")]
    [InlineData("without a name")]
    [InlineData("a bomb")]
    public void A_broken_profile_is_left_out_and_the_picture_kept(string how)
    {
        var good = CraftedPng.Profile("P3", IccProfile.DisplayP3())[8..^4];
        byte[] bomb = [.. new byte[50_000_000]];
        "acsp"u8.CopyTo(bomb.AsSpan(36));
        var chunk = how switch
        {
            "not packed" => CraftedPng.Chunk("iCCP", [.. "P3\0\0"u8, .. IccProfile.DisplayP3()]),
            "cut" => CraftedPng.Chunk("iCCP", good.AsSpan(0, good.Length / 2)),
            "no signature" => CraftedPng.Profile("P3", new byte[500]),
            "another way of packing" => CraftedPng.Chunk("iCCP", [.. "P3\0\u0001"u8, .. good.AsSpan(4)]),
            "without a name" => CraftedPng.Chunk("iCCP", good.AsSpan(2)),
            _ => CraftedPng.Profile("P3", bomb),
        };

        Cleaned.Of(CraftedPng.Before(Photo(), "IDAT", chunk)).ShouldBe(Photo());
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_has_no_clean_version()
    {
        var source = Photo();

        for (var length = 0; length < source.Length; length++)
        {
            Cleaned.Try(source.AsSpan(0, length), ImageType.Png).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData("a second header")]
    [InlineData("a chunk before the header")]
    [InlineData("a critical chunk that nobody knows")]
    [InlineData("something between pixels")]
    [InlineData("damaged pixels")]
    [InlineData("a palette behind the pixels")]
    [InlineData("an end that is long")]
    [InlineData("no pixels")]
    public void A_broken_order_has_no_clean_version(string what)
    {
        var source = Photo();
        var pixels = CraftedPng.Chunk("IDAT", []);
        byte[] damaged = [.. source];
        damaged[source.AsSpan().IndexOf("IDAT"u8) + 9] ^= 1;

        Cleaned.Try(what switch
        {
            "a second header" => CraftedPng.Before(source, "IDAT", source[8..33]),
            "a chunk before the header" => CraftedPng.Before(source, "IHDR", Secret),
            "a critical chunk that nobody knows" => CraftedPng.Before(source, "IDAT", CraftedPng.Chunk("CgBI", [1])),
            "something between pixels" => CraftedPng.Before(source, "IEND", Secret, pixels),
            "damaged pixels" => damaged,
            "a palette behind the pixels" => CraftedPng.Before(source, "IEND", CraftedPng.Chunk("PLTE", new byte[3])),
            "an end that is long" => [.. source[..^12], .. CraftedPng.Chunk("IEND", "SECRET"u8)],
            _ => [.. source[..33], .. source[^12..]],
        }).ShouldBeNull();
    }

    public void Dispose() => _photos.Dispose();

    private static string Tagged(string path, params string[] more)
    {
        Photos.Tag(path, ["-GPSLatitude=48.2", "-GPSLatitudeRef=N", "-Artist=SECRET", "-Copyright=SECRET", "-XMP-dc:Creator=SECRET",
            "-Comment=SECRET", "-PNG:Author=SECRET", .. more]);
        return path;
    }

    private byte[] Photo() => Cleaned.Of(_photos.Photo("photo.png", 40, 30, "-define", "png:exclude-chunks=gAMA,cHRM"));
}
