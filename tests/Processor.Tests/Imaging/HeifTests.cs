using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>HEIC and AVIF, which are accepted only if the configuration allows them.</summary>
public sealed class HeifTests : IDisposable
{
    private readonly Workbench _bench = new() { Engine = Workbench.NewEngine(new ImageLimits { Inputs = ["jpeg", "heic", "avif"] }) };

    [Theory]
    [InlineData("heic", "avif")]
    [InlineData("avif", "heic")]
    public async Task Each_is_refused_unless_it_is_accepted_itself(string extension, string other)
    {
        var path = Quarters(extension);

        foreach (var inputs in new[] { ["jpeg"], new[] { "jpeg", other } })
        {
            var engine = Workbench.NewEngine(new ImageLimits { Inputs = inputs });
            (await engine.InspectAsync(path, CancellationToken.None)).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.UnsupportedType);
        }

        (await _bench.Inspect(path)).Value.ShouldBe(new ImageFacts($"image/{extension}", 120, 80, 1));
    }

    [Theory]
    [InlineData("heic")]
    [InlineData("avif")]
    public async Task It_comes_out_as_it_looks(string extension)
    {
        var (jpeg, webp) = await _bench.RenderOne(Quarters(extension), 60);

        foreach (var output in new[] { jpeg, webp })
        {
            Photos.MeanColour(output, 8, 8, 8)[0].ShouldBe(255, 14);
            Photos.MeanColour(output, 44, 8, 8)[1].ShouldBe(128, 14);
            Photos.MeanColour(output, 8, 26, 8)[2].ShouldBe(255, 14);
        }
    }

    [Fact]
    [Trait("Needs", "HEVC")]
    public async Task It_is_turned_once_although_it_says_twice_that_it_lies_on_its_side()
    {
        // An iPhone writes both: a property for readers that follow the standard, and the same in EXIF, which is ignored.
        using var bitmap = SomeAnimation.Filled(120, 80, [200, 60, 30]);
        bitmap.Pixels[..(120 * 3 * 40)].Fill(250);
        using var avif = AvifEncoder.Encode(bitmap, 90, 0, CancellationToken.None);
        var path = _bench.Photos.Write("side.avif", Crafted.TurnedLeft(avif.Bytes));
        Photos.Tag(path, "-Orientation#=8");

        var facts = (await _bench.Inspect(path)).Value;
        var (jpeg, _) = await _bench.RenderOne(path, 80);

        (facts.Width, facts.Height).ShouldBe((80, 120));
        Photos.MeanColour(jpeg, 8, 50, 8)[2].ShouldBe(250, 14);
        Photos.MeanColour(jpeg, 64, 50, 8)[2].ShouldBe(30, 14);
    }

    [Fact]
    [Trait("Needs", "HEVC")]
    public async Task Ten_bits_become_eight_and_keep_their_colour()
    {
        using var bitmap = SomeAnimation.Filled(64, 48, [200, 90, 40]);
        using var bare = VipsImage.Over(bitmap);
        using var deep = new VipsOperation("colourspace", "space=rgb16").With("in", bare).Run();
        using var heic = new VipsOperation("heifsave_buffer", "compression=hevc,bitdepth=10,effort=0").With("in", deep).RunToBytes();
        var path = _bench.Photos.Write("deep.heic", heic.Bytes);
        Photos.Metadata(path).ShouldContain("10 10 10");

        var (jpeg, _) = await _bench.RenderOne(path, 64);

        Photos.MeanColour(jpeg, 20, 20, 8)[0].ShouldBe(200, 6);
        Photos.MeanColour(jpeg, 20, 20, 8)[2].ShouldBe(40, 6);
    }

    [Fact]
    [Trait("Needs", "HEVC")]
    public async Task A_colour_profile_is_brought_to_srgb()
    {
        // The expected sRGB colour was computed from the matrices of both colour spaces.
        using var bitmap = SomeAnimation.Filled(64, 48, [180, 100, 90]);
        using var wide = VipsImage.Over(bitmap);
        var jpeg = _bench.Photos.Make("wide.jpg", "-size", "64x48", "xc:rgb(180,100,90)", "-quality", "98");
        Photos.Tag(jpeg, $"-icc_profile<={_bench.Photos.Write("p3.icc", IccProfile.DisplayP3())}");
        using var tagged = new SourceFile(jpeg);
        using var donor = VipsSource.Open(tagged.Bytes, ImageType.Jpeg);
        wide.TakeProfileOf(donor);
        AvifEncoder.ThrowUnlessAvailable();
        using var avif = new VipsOperation("heifsave_buffer", "compression=av1,bitdepth=8,subsample_mode=on,Q=90,effort=0").With("in", wide).RunToBytes();

        var (output, _) = await _bench.RenderOne(_bench.Photos.Write("wide.avif", avif.Bytes), 64);

        var colour = Photos.MeanColour(output, 20, 20, 8);
        colour[0].ShouldBe(194, 5);
        colour[1].ShouldBe(95, 5);
        colour[2].ShouldBe(86, 5);
    }

    [Theory]
    [InlineData("heic")]
    [InlineData("avif")]
    public async Task One_that_is_cut_short_is_corrupt(string extension)
    {
        var whole = await File.ReadAllBytesAsync(Quarters(extension));
        foreach (var length in new[] { 40, whole.Length / 2, whole.Length * 9 / 10, whole.Length - 1 })
        {
            var path = _bench.Photos.Write($"cut.{extension}", whole.AsSpan(0, length));
            var rejection = (await _bench.Inspect(path)).Rejection ?? (await _bench.TryRender(path)).Rejection;
            rejection.ShouldNotBeNull($"{length} of {whole.Length}").Code.ShouldBe(RejectionCode.Corrupt);
        }
    }

    [Fact]
    [Trait("Needs", "HEVC")]
    public async Task Its_size_is_judged_before_its_pixels()
    {
        var small = Workbench.NewEngine(new ImageLimits { Inputs = ["heic"], MaxSide = 100 });

        (await small.InspectAsync(Quarters("heic"), CancellationToken.None)).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.TooManyPixels);
    }

    [Theory]
    [InlineData("heic....mif1", ImageType.Heic)]
    [InlineData("mif1....mif1heic", ImageType.Heic)]
    [InlineData("mif1....mif1avifmiaf", ImageType.Avif)]
    [InlineData("avis....msf1avif", ImageType.Avif)]
    [InlineData("heix....", ImageType.Heic)]
    [InlineData("msf1....hevc", ImageType.Heic)]
    [InlineData("mif1....mif1", null)]
    [InlineData("isom....mp41mp42", null)]
    [InlineData("qt  heicqt  ", null)]
    internal void The_brands_tell_which_it_is(string brands, ImageType? type)
    {
        byte[] file = [0, 0, 0, (byte)(8 + brands.Length), .. "ftyp"u8, .. System.Text.Encoding.ASCII.GetBytes(brands), .. "heicavif"u8];

        ImageTypes.Sniff(file).ShouldBe(type);
        for (var length = 0; length < 12; length++)
        {
            ImageTypes.Sniff(file.AsSpan(0, length)).ShouldBeNull();
        }
    }

    public void Dispose()
    {
        VipsRuntime.EndThread();
        _bench.Dispose();
    }

    // Written by libvips, since ImageMagick can write these formats only on some releases.
    private string Quarters(string extension)
    {
        using var png = new SourceFile(_bench.Photos.Make("quarters.png",
            "-size", "60x40", "xc:red", "xc:green", "+append", "(", "xc:blue", "xc:white", "+append", ")", "-append", "+repage"));
        using var image = VipsSource.Open(png.Bytes, ImageType.Png);
        using var srgb = VipsColour.ToSrgb(image);
        VipsHeif.Start();
        using var heif = new VipsOperation("heifsave_buffer",
            $"compression={(extension == "heic" ? "hevc" : "av1")},bitdepth=8,subsample_mode=on,effort=0,Q=80").With("in", srgb).RunToBytes();
        return _bench.Photos.Write($"quarters.{extension}", heif.Bytes);
    }
}
