using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Options of a profile other than sizes.</summary>
public sealed class ProfileOptionTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Fact]
    public async Task Formats_are_those_of_the_profile()
    {
        var rendering = await _bench.Render(_bench.Photos.Photo("photo.jpg", 300, 200), new Profile { Widths = [100], Formats = ["avif", "jpeg"] });

        rendering.Variants.Select(variant => variant.Format).ShouldBe(["jpeg", "avif"]);
        var avif = rendering.Variants[1];
        Path.GetFileName(avif.Path).ShouldBe("w100.avif");
        Photos.Pixels(avif.Path).Length.ShouldBe(avif.Width * avif.Height * 3);
    }

    [Fact]
    public async Task Copyright_and_artist_can_be_kept_and_nothing_else_is()
    {
        var path = _bench.Photos.Photo("photo.jpg", 300, 200);
        Photos.Tag(path, "-Copyright=(c) A. Nobody", "-Artist=A. Nobody", "-GPSLatitude=48.1", "-GPSLongitude=11.5", "-Make=Camera", "-XMP:Creator=X");

        var kept = await _bench.Render(path, new Profile { Widths = [100], KeepCopyright = true });
        var bare = await _bench.Render(path, new Profile { Widths = [100] });

        kept.Variants.Count.ShouldBe(2);
        foreach (var variant in kept.Variants)
        {
            var metadata = Photos.Metadata(variant.Path);
            metadata.ShouldContain("\"IFD0:Copyright\": \"(c) A. Nobody\"");
            metadata.ShouldContain("\"IFD0:Artist\": \"A. Nobody\"");
            metadata.ShouldNotContain("GPS");
            metadata.ShouldNotContain("Camera");
            metadata.ShouldNotContain("XMP");
        }

        bare.Variants.ShouldAllBe(variant => !Photos.Metadata(variant.Path).Contains("Nobody"));
    }

    [Theory]
    [InlineData("jpg", "jpeg", 6)]
    [InlineData("png", "png", 1)]
    [InlineData("webp", "webp", 1)]
    public async Task A_clean_original_has_the_pixels_of_the_upload_and_none_of_its_metadata(string extension, string format, int orientation)
    {
        var path = _bench.Photos.Photo($"photo.{extension}", 300, 200);
        Photos.Tag(path, "-XMP:Creator=Somebody", "-GPSLatitude=48.1", "-GPSLongitude=11.5", $"-Orientation#={orientation}");
        await File.AppendAllTextAsync(path, extension == "webp" ? "" : "<?php trailing");

        var rendering = await _bench.Render(path, new Profile { Widths = [100], CleanOriginal = true });

        var original = rendering.Variants[^1];
        (original.Name, original.Format).ShouldBe(("original", format));
        (original.Width, original.Height).ShouldBe(orientation == 6 ? (200, 300) : (300, 200));
        Photos.Pixels(original.Path).ShouldBe(Photos.Pixels(path));
        var metadata = Photos.Metadata(original.Path);
        metadata.ShouldNotContain("GPS");
        metadata.ShouldNotContain("Somebody");
        metadata.Contains("Rotate 90", StringComparison.Ordinal).ShouldBe(orientation == 6);
        (await File.ReadAllTextAsync(original.Path)).ShouldNotContain("<?php");
    }

    [Fact]
    public async Task A_gif_has_no_clean_original()
    {
        var rendering = await _bench.Render(_bench.Photos.Photo("photo.gif", 300, 200), new Profile { Widths = [100], CleanOriginal = true });

        rendering.Variants.ShouldNotContain(variant => variant.Name == "original");
    }

    [Fact]
    public async Task The_clean_original_keeps_the_copyright_where_the_variants_do()
    {
        var path = _bench.Photos.Photo("photo.jpg", 300, 200);
        Photos.Tag(path, "-Copyright=(c) A. Nobody");

        var rendering = await _bench.Render(path, new Profile { Widths = [100], CleanOriginal = true, KeepCopyright = true });

        Photos.Metadata(rendering.Variants[^1].Path).ShouldContain("(c) A. Nobody");
    }

    public void Dispose() => _bench.Dispose();
}
