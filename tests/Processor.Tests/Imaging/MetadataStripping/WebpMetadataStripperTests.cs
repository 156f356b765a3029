using Pipeline.Imaging;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging.MetadataStripping;

public sealed class WebpMetadataStripperTests : IDisposable
{
    private static readonly byte[] Secret = CraftedWebp.Chunk("SECR", "SECRET!"u8);

    private readonly Photos _photos = new();

    [Theory]
    [InlineData("lossy")]
    [InlineData("lossless", "-define", "webp:lossless=true")]
    [InlineData("alpha", "-alpha", "set", "-channel", "A", "-evaluate", "multiply", "0.5")]
    [InlineData("lossless-alpha", "-alpha", "set", "-channel", "A", "-evaluate", "multiply", "0.5", "-define", "webp:lossless=true")]
    public void Every_kind_keeps_its_pixels_and_loses_what_is_written_beside_them(string name, params string[] arguments)
    {
        var path = Tagged(_photos.Photo(name + ".webp", 211, 107, arguments));
        var source = File.ReadAllBytes(path);

        var clean = Cleaned.Of((byte[])[.. source, .. "<?php SECRET"u8]);

        clean.ShouldLookLike(source);
        clean.ShouldNotHold("SECRET", "<?php", "EXIF", "XMP ", "xmpmeta");
        Cleaned.Tags(_photos.Write("clean.webp", clean)).ShouldBeEmpty();
        Photos.Pixels(_photos.Path("clean.webp"), "rgba").ShouldBe(Photos.Pixels(path, "rgba"));
    }

    [Theory]
    [InlineData("webp:lossless=false")]
    [InlineData("webp:lossless=true")]
    public void A_simple_file_stays_simple_and_what_follows_its_chunk_goes(string define)
    {
        var source = File.ReadAllBytes(_photos.Photo("simple.webp", 90, 60, "-define", define));
        var pixels = CraftedWebp.Chunks(source).Single();

        var longer = CraftedWebp.File(CraftedWebp.Chunk(pixels.Name, pixels.Data), Secret, CraftedWebp.Chunk("EXIF", "SECRET"u8));

        Cleaned.Of(source).ShouldBe(source);
        Cleaned.Of(longer).ShouldBe(source);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(8)]
    public void Which_way_is_up_is_the_only_thing_that_is_kept(int orientation)
    {
        var path = Tagged(_photos.Photo("photo.webp", 90, 60), $"-Orientation#={orientation}");

        var clean = Cleaned.Of(path);

        clean.ShouldLookLike(File.ReadAllBytes(path));
        Cleaned.Tags(_photos.Write("clean.webp", clean)).ShouldBe(["IFD0:Orientation"]);
    }

    [Fact]
    public void A_profile_is_kept_without_what_comes_behind_it()
    {
        var pixels = Pixels();
        byte[] longer = [.. IccProfile.DisplayP3(), .. "SECRET"u8];

        var source = CraftedWebp.File(CraftedWebp.Header(0x20 | 0x04, 90, 60), CraftedWebp.Chunk("ICCP", longer), Secret, pixels);
        var clean = Cleaned.Of(source);

        var expected = CraftedWebp.File(CraftedWebp.Header(0x20, 90, 60), CraftedWebp.Chunk("ICCP", IccProfile.DisplayP3()), pixels);
        clean.ShouldBe(expected);
        clean.ShouldLookLike(expected);
    }

    [Fact]
    public void A_profile_that_is_none_goes_and_its_flag_too()
    {
        var pixels = Pixels();
        var expected = CraftedWebp.File(CraftedWebp.Header(0, 90, 60), pixels);

        Cleaned.Of(CraftedWebp.File(CraftedWebp.Header(0x20, 90, 60), CraftedWebp.Chunk("ICCP", "SECRET"u8), pixels)).ShouldBe(expected);
        var unannounced = CraftedWebp.File(CraftedWebp.Header(0, 90, 60), CraftedWebp.Chunk("ICCP", IccProfile.DisplayP3()), pixels);
        Cleaned.Of(unannounced).ShouldBe(expected);
    }

    [Fact]
    public void Reserved_bits_and_bytes_of_padding_are_zero()
    {
        var pixels = CraftedWebp.Data(File.ReadAllBytes(_photos.Photo("photo.webp", 90, 60)), "VP8 ");
        byte[] odd = [.. pixels, .. new byte[1 - (pixels.Length % 2)]];
        var source = CraftedWebp.File(CraftedWebp.Header(0xC1, 90, 60), CraftedWebp.Chunk("VP8 ", odd));
        source[^1] = (byte)'S';
        "SEC"u8.CopyTo(source.AsSpan(21));

        Cleaned.Of(source).ShouldBe(CraftedWebp.File(CraftedWebp.Header(0, 90, 60), CraftedWebp.Chunk("VP8 ", odd)));
    }

    [Fact]
    public void An_animation_keeps_its_frames_and_loses_what_is_hidden_in_them()
    {
        var source = Moving();
        Photos.Pixels(_photos.Write("clean.webp", source)).ShouldBe(Photos.Pixels(_photos.Path("moving.webp")));
        var dirty = CraftedWebp.File([.. CraftedWebp.Chunks(source).SelectMany(Dirtied)]);

        var clean = Cleaned.Of(dirty);

        CraftedWebp.Names(dirty).Count(name => name == "ANMF").ShouldBe(3);
        clean.ShouldBe(source);
        clean.ShouldLookLike(source);
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_has_no_clean_version()
    {
        foreach (var source in new[] { Moving(), File.ReadAllBytes(_photos.Photo("still.webp", 40, 30)) })
        {
            for (var length = 0; length < source.Length; length++)
            {
                Cleaned.Try(source.AsSpan(0, length), ImageType.Webp).ShouldBeNull();
            }
        }
    }

    [Theory]
    [InlineData("no pixels")]
    [InlineData("an animation without frames")]
    [InlineData("a frame without pixels")]
    [InlineData("a short frame")]
    [InlineData("a short header")]
    [InlineData("a chunk past the end")]
    [InlineData("neither kind")]
    [InlineData("a length near the limit of its number")]
    public void A_broken_structure_has_no_clean_version(string what)
    {
        var (still, moving) = (CraftedWebp.Header(0, 90, 60), CraftedWebp.Header(2, 90, 60));
        var animation = CraftedWebp.Chunk("ANIM", new byte[6]);
        byte[] past = [.. Pixels()];
        past[6]++;

        Cleaned.Try(what switch
        {
            "no pixels" => CraftedWebp.File(still, Secret),
            "an animation without frames" => CraftedWebp.File(moving, animation, Pixels()),
            "a frame without pixels" => CraftedWebp.File(moving, animation, CraftedWebp.Chunk("ANMF", [.. new byte[16], .. Secret])),
            "a short frame" => CraftedWebp.File(moving, animation, CraftedWebp.Chunk("ANMF", new byte[15])),
            "a short header" => CraftedWebp.File(CraftedWebp.Chunk("VP8X", new byte[9]), Pixels()),
            "a chunk past the end" => CraftedWebp.File(still, past),
            "neither kind" => CraftedWebp.File(Secret, Pixels()),
            _ => [.. "RIFF"u8, 0xFF, 0xFF, 0xFF, 0xFF, .. "WEBP"u8, .. Pixels()],
        }).ShouldBeNull();
    }

    public void Dispose() => _photos.Dispose();

    private static IEnumerable<byte[]> Dirtied((string Name, byte[] Data) chunk)
    {
        var isFrame = chunk.Name == "ANMF";
        yield return CraftedWebp.Chunk(chunk.Name, isFrame ? [.. chunk.Data[..16], .. Secret, .. chunk.Data[16..], .. Secret] : chunk.Data);
        if (!isFrame)
        {
            yield return Secret;
        }
    }

    private static string Tagged(string path, params string[] more)
    {
        Photos.Tag(path,
            ["-GPSLatitude=48.2", "-GPSLatitudeRef=N", "-Artist=SECRET", "-Copyright=SECRET", "-XMP-dc:Creator=SECRET", .. more]);
        return path;
    }

    /// <summary>Without the second file that ImageMagick writes for an animation.</summary>
    private byte[] Moving() => Cleaned.Of(_photos.Make("moving.webp", "-size", "60x40", "-delay", "20", "xc:red", "xc:lime", "xc:blue"));

    private byte[] Pixels() => CraftedWebp.Chunk("VP8 ", CraftedWebp.Data(File.ReadAllBytes(_photos.Photo("photo.webp", 90, 60)), "VP8 "));
}
