using System.Text;
using Pipeline.Imaging.InputFiltering;
using Pipeline.Imaging.MetadataStripping;
using Pipeline.Processor.Tests.Imaging.MetadataStripping;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging.InputFiltering;

/// <summary>The part of a file that a decoder receives.</summary>
public sealed class FilteredFileTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("tEXt")]
    [InlineData("zTXt")]
    [InlineData("iTXt")]
    [InlineData("tIME")]
    [InlineData("acTL")]
    [InlineData("abCd")]
    public void No_chunk_of_a_png_but_those_of_pixels_and_colours_reaches_a_decoder(string chunk)
    {
        var png = new PngBuilder(8, 8).With("sRGB", [0]).With(chunk, new byte[40]).WithBehind(chunk, new byte[40]).Build();

        var seen = Seen(png);

        seen.ShouldNotContain(chunk);
        seen.ShouldContain("sRGB");
        seen.ShouldContain("IEND");
    }

    [Fact]
    public void The_colour_profile_of_a_png_is_unpacked_no_further_than_a_profile_is_long()
    {
        byte[] profile = [.. "icc\0\0"u8, .. PngBuilder.Zeros(100_000_000)];
        var real = new PngBuilder(8, 8).With("iCCP", [.. "sRGB\0\0"u8, .. Packed(IccProfile.DisplayP3())]).Build();

        Seen(new PngBuilder(8, 8).With("iCCP", profile).Build()).ShouldNotContain("iCCP");
        Seen(real).ShouldContain("iCCP");
    }

    [Theory]
    [InlineData("tRNS", new byte[] { 0, 1, 0, 1, 0, 1 })]
    [InlineData("sRGB", new byte[] { 0 })]
    [InlineData("sBIT", new byte[] { 5, 6, 5 })]
    public void A_damaged_chunk_hides_no_intact_one_of_its_name(string name, byte[] data)
    {
        var (damaged, intact) = (CraftedPng.Chunk(name, data), CraftedPng.Chunk(name, data));
        damaged[^1] ^= 1;
        var png = CraftedPng.Before(new PngBuilder(8, 8).Build(), "IDAT", damaged, intact, intact);

        Seen(png).ShouldBe(Latin(CraftedPng.Before(new PngBuilder(8, 8).Build(), "IDAT", intact)));
        Latin(Cleaned.Of(png)).ShouldBe(Seen(png));
    }

    // Each can unpack to 4 MiB from 4 KB.
    [Fact]
    public void Of_many_profiles_of_a_png_one_is_unpacked()
    {
        byte[] profile = [.. IccProfile.DisplayP3(), .. new byte[IccProfiles.MaxLength - 10_000]];
        var bombs = Enumerable.Repeat(CraftedPng.Profile("bomb", profile), 200).ToArray();
        var png = CraftedPng.Before(new PngBuilder(8, 8).With("gAMA", [0, 0, 0xB1, 0x8F]).Build(), "IDAT", bombs);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Seen(png).IndexOf("iCCP", StringComparison.Ordinal).ShouldBe(Seen(png).LastIndexOf("iCCP", StringComparison.Ordinal));
        Cleaned.Of(png).Length.ShouldBeLessThan(10_000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20L * IccProfiles.MaxLength);
    }

    [Theory]
    [InlineData(0xE1)]
    [InlineData(0xE3)]
    [InlineData(0xED)]
    [InlineData(0xFE)]
    public void No_application_segment_or_comment_of_a_jpeg_reaches_a_decoder(byte marker)
    {
        var plain = Plain("plain.jpg");

        var seen = Seen(JpegBuilder.WithSegments(plain, marker, [.. "secret"u8], 3));

        seen.ShouldNotContain("secret");
        seen.ShouldBe(Seen(plain));
    }

    // libjpeg goes on behind such a segment, so what follows it must not get past the filter.
    [Theory]
    [InlineData(0xE1, 0)]
    [InlineData(0xEF, 1)]
    [InlineData(0xFE, 0)]
    [InlineData(0xFE, 1)]
    public void No_metadata_hides_behind_a_segment_that_is_shorter_than_its_length(byte marker, byte length)
    {
        var plain = Plain("plain.jpg");

        Seen(CraftedJpeg.WithFirst(plain, [0xFF, marker, 0, length, .. CraftedJpeg.Segment(0xFE, "secret"u8)])).ShouldBe(Seen(plain));
    }

    [Theory]
    [InlineData("two pieces", true)]
    [InlineData("two pieces the wrong way round", true)]
    [InlineData("more bytes than a profile has", false)]
    [InlineData("more pieces than a profile has", false)]
    [InlineData("a piece twice", true)]
    [InlineData("a piece missing", false)]
    [InlineData("a piece without a number", false)]
    [InlineData("another count in each", false)]
    [InlineData("only a name", false)]
    public void A_decoder_sees_the_colour_profile_of_a_jpeg_only_if_its_pieces_are_whole(string how, bool isSeen)
    {
        var profile = IccProfile.DisplayP3();
        var (first, second) = (profile[..200], profile[200..]);
        byte[] segments = how switch
        {
            "two pieces" => [.. Piece(1, 2, first), .. Piece(2, 2, second)],
            "two pieces the wrong way round" => [.. Piece(2, 2, second), .. Piece(1, 2, first)],
            "more bytes than a profile has" => [.. Enumerable.Range(1, 80).SelectMany(number => Piece(number, 80, new byte[65_000]))],
            "more pieces than a profile has" => [.. Enumerable.Range(0, 300).SelectMany(number => Piece(number % 256, 255, new byte[10]))],
            "a piece twice" => [.. Piece(1, 1, profile), .. Piece(1, 1, profile), .. Piece(1, 2, profile)],
            "a piece missing" => Piece(1, 2, profile),
            "a piece without a number" => Piece(0, 1, profile),
            "another count in each" => [.. Piece(1, 2, first), .. Piece(2, 3, second)],
            _ => CraftedJpeg.Segment(0xE2, "ICC_PROFILE\0"u8),
        };
        var jpeg = CraftedJpeg.WithFirst(Plain("plain.jpg"), segments);

        Seen(jpeg).Contains("ICC_PROFILE").ShouldBe(isSeen);
        Latin(Cleaned.Of(jpeg)).Contains("ICC_PROFILE").ShouldBe(isSeen);
        if (how == "a piece twice")
        {
            Seen(jpeg).IndexOf("ICC_PROFILE", StringComparison.Ordinal).ShouldBe(Seen(jpeg).LastIndexOf("ICC_PROFILE", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("XMP ")]
    [InlineData("EXIF")]
    [InlineData("ICCP")]
    [InlineData("abcd")]
    public void No_metadata_of_a_webp_reaches_a_decoder(string chunk)
    {
        var simple = Plain("plain.webp");
        var data = WebpBuilder.Chunk(chunk, new byte[IccProfiles.MaxLength + 1]);

        var file = WebpBuilder.Extended(32, 24, 0x2C, simple, chunk == "ICCP" ? data : [], chunk == "ICCP" ? [] : data);

        Seen(file).ShouldNotContain(chunk);
        Seen(file).Length.ShouldBeLessThan(simple.Length + 100);
    }

    // libwebp decodes such a file, so the bytes behind the header must not switch the filter off.
    [Fact]
    public void A_longer_header_of_a_webp_hides_no_metadata()
    {
        var pixels = Plain("plain.webp")[12..];
        var header = CraftedWebp.Data(CraftedWebp.File(CraftedWebp.Header(0x04, 32, 24)), "VP8X");
        var webp = CraftedWebp.File(CraftedWebp.Chunk("VP8X", [.. header, 1, 2]), pixels, CraftedWebp.Chunk("XMP ", "secret"u8));

        Seen(webp).ShouldNotContain("secret");
        Seen(webp).ShouldBe(Latin(Cleaned.Of(webp)));
    }

    [Fact]
    public void Of_several_profiles_of_a_webp_the_first_counts_also_if_it_is_unusable()
    {
        var pixels = Plain("plain.webp")[12..];
        var header = CraftedWebp.Header(0x20, 32, 24);
        var good = CraftedWebp.Chunk("ICCP", IccProfile.DisplayP3());
        var tooLong = CraftedWebp.Chunk("ICCP", new byte[IccProfiles.MaxLength + 1]);

        foreach (var webp in new[] { CraftedWebp.File(header, tooLong, good, pixels), CraftedWebp.File(header, good, tooLong, good, pixels) })
        {
            Seen(webp).ShouldBe(Latin(Cleaned.Of(webp)));
        }
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task A_photo_keeps_its_colours_and_its_way_up_without_the_rest(string extension)
    {
        var path = _bench.Photos.Photo($"tagged.{extension}", 90, 60);
        Photos.Tag(path, "-Orientation#=6", "-XMP:Creator=Somebody", "-Artist=Somebody", $"-icc_profile<={_bench.Photos.Write("p3.icc", IccProfile.DisplayP3())}");

        var facts = (await _bench.Inspect(path)).Value;

        (facts.Width, facts.Height).ShouldBe((60, 90));
        Seen(await File.ReadAllBytesAsync(path)).ShouldNotContain("Somebody");
        (await _bench.Render(path)).Variants[^1].Height.ShouldBe(90);
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    [InlineData("webp")]
    public void A_file_is_stripped_within_its_bytes_wherever_it_is_cut_and_never_grows_by_more_than_a_tag(string extension)
    {
        var path = _bench.Photos.Photo($"whole.{extension}", 32, 24);
        Photos.Tag(path, "-Orientation#=6", "-XMP:Creator=Somebody");
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length <= whole.Length; length++)
        {
            using var stripped = FilteredFile.Of(whole.AsSpan(0, length));
            stripped.Bytes.Length.ShouldBeLessThanOrEqualTo(length + 64);
        }
    }

    public void Dispose() => _bench.Dispose();

    private static byte[] Piece(int number, int count, byte[] bytes) =>
        CraftedJpeg.Segment(0xE2, [.. "ICC_PROFILE\0"u8, (byte)number, (byte)count, .. bytes]);

    private byte[] Plain(string name)
    {
        var path = _bench.Photos.Photo(name, 32, 24, "-strip");
        return File.ReadAllBytes(path);
    }

    private static byte[] Packed(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var deflate = new System.IO.Compression.ZLibStream(packed, System.IO.Compression.CompressionLevel.Optimal)) deflate.Write(data);
        return packed.ToArray();
    }

    private static string Seen(byte[] file)
    {
        using var stripped = FilteredFile.Of(file);
        return Latin(stripped.IsUnchanged ? file : stripped.Bytes);
    }

    private static string Latin(ReadOnlySpan<byte> file) => Encoding.Latin1.GetString(file);
}
