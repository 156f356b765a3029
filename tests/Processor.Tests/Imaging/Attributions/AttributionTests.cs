using System.Text;
using Pipeline.Imaging;
using Pipeline.Imaging.Attributions;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging.Attributions;

public sealed class AttributionTests : IDisposable
{
    private readonly Photos _photos = new();

    [Theory]
    [InlineData("jpg", "Big-endian")]
    [InlineData("jpg", "Little-endian")]
    [InlineData("png", "Little-endian")]
    [InlineData("webp", "Big-endian")]
    public void Copyright_and_artist_are_read_from_every_format(string extension, string order)
    {
        var path = _photos.Photo($"photo.{extension}", 90, 60);
        Photos.Tag(path, "-Copyright=© 2024 Zoë Ørsted", "-Artist=Zoë Ørsted", "-GPSLatitude=48", $"-ExifByteOrder={order}");

        Read(path).ShouldBe(new Attribution("© 2024 Zoë Ørsted", "Zoë Ørsted"));
    }

    [Fact]
    public void A_file_that_says_nothing_has_an_empty_attribution()
    {
        var silent = Read(_photos.Photo("photo.jpg", 90, 60));

        silent.ShouldBe(new Attribution(null, null));
        silent.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_gif_has_no_attribution() => Attribution.Read(Crafted.Gif(1, 1), ImageType.Gif).IsEmpty.ShouldBeTrue();

    [Theory]
    [InlineData("Zoë", "Zoë")]
    [InlineData("  Ann\t\r\n Lee  ", "Ann Lee")]
    [InlineData("Ann\u0007\u001b[31m Lee\u007f\u0085", "Ann[31m Lee")]
    [InlineData("<?php system('id'); ?>", "?php system('id'); ?")]
    [InlineData("<script>alert(1)</script>", "scriptalert(1)/script")]
    [InlineData("Ann\u202E eeL\u2066\uFEFF", "Ann eeL")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("Ann\0junk behind the end", "Ann")]
    [InlineData(" \u0001\u0002 ", null)]
    [InlineData("\0", null)]
    [InlineData("", null)]
    public void A_text_becomes_a_short_harmless_line(string text, string? expected) =>
        UntrustedText.Read(Encoding.UTF8.GetBytes(text), parts: 1).ShouldBe(expected);

    [Fact]
    public void A_text_that_is_no_utf8_is_latin1() => UntrustedText.Read(Encoding.Latin1.GetBytes("© Zoë"), parts: 1).ShouldBe("© Zoë");

    [Theory]
    [InlineData("Photographer\0Editor\0", "Photographer; Editor")]
    [InlineData(" \0Editor\0", "Editor")]
    [InlineData("Photographer\0", "Photographer")]
    [InlineData("Photographer\0 \0junk", "Photographer")]
    public void The_copyrights_of_photographer_and_editor_are_both_kept(string text, string expected) =>
        UntrustedText.Read(Encoding.UTF8.GetBytes(text), parts: 2).ShouldBe(expected);

    [Fact]
    public void A_long_text_is_cut_between_two_characters()
    {
        UntrustedText.Read(Encoding.UTF8.GetBytes(new string('a', 100_000)), parts: 1).ShouldBe(new string('a', 200));
        var faces = "a" + string.Concat(Enumerable.Repeat("😀", 300));
        var pairs = UntrustedText.Read(Encoding.UTF8.GetBytes(faces), parts: 1).ShouldNotBeNull();
        pairs.Length.ShouldBe(199);
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(pairs)).ShouldBe(pairs);
    }

    public void Dispose() => _photos.Dispose();

    private static Attribution Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return Attribution.Read(bytes, ImageTypes.Sniff(bytes).ShouldNotBeNull());
    }
}
