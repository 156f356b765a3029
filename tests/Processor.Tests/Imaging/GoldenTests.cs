using Pipeline.Contracts;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>
/// Compares the engine's current pictures with the approved ones. Other versions of the libraries give other
/// bytes, so the test compares the look. <c>APPROVE=1</c> rewrites the goldens; look at them before you commit.
/// </summary>
public sealed class GoldenTests : IDisposable
{
    private static readonly Profile Small = new() { Widths = [160] };
    private static readonly Profile Avatar = new() { Widths = [], Boxes = [new(96, 96)], Fit = Fit.Cover };

    private readonly Workbench _bench = new();

    [Fact]
    public Task A_photo_that_a_phone_took_upright()
    {
        var path = Scene("phone.jpg", "-rotate", "270", "-quality", "92");
        Photos.Tag(path, "-Orientation#=6", "-GPSLatitude=48.1", "-GPSLongitude=11.5");
        return ShouldLookAsApproved("phone", path, Small);
    }

    [Fact]
    public Task A_photo_in_a_wide_gamut() => ShouldLookAsApproved("wide-gamut", WithProfile(Scene("wide.jpg"), IccProfile.DisplayP3()), Small);

    [Fact]
    public Task A_scan_in_inks() =>
        ShouldLookAsApproved("inks", WithProfile(Scene("inks.jpg", "-colorspace", "CMYK"), IccProfile.CmykToRgb()), Small);

    [Fact]
    public Task A_photo_in_linear_grey() =>
        ShouldLookAsApproved("grey", WithProfile(Scene("grey.jpg", "-colorspace", "Gray"), IccProfile.LinearGrey()), Small);

    [Fact]
    public Task A_deep_png_with_soft_edges() => ShouldLookAsApproved(
        "deep", Scene("deep.png", "-alpha", "set", "-background", "none", "-vignette", "0x20", "-depth", "16"), Small with { Background = "#204060" });

    [Fact]
    public Task An_interlaced_png_with_a_palette() =>
        ShouldLookAsApproved("palette", Scene("palette.png", "-colors", "24", "-interlace", "PNG"), Small);

    [Fact]
    public Task An_avatar_that_finds_what_matters() => ShouldLookAsApproved("avatar", Scene("portrait.jpg"), Avatar);

    [Fact]
    public Task An_avatar_with_a_focal_point() => ShouldLookAsApproved("avatar-focal", Scene("portrait.jpg"), Avatar, new FocalPoint { X = 0.8, Y = 0.4 });

    [Fact]
    public Task A_product_on_its_background() => ShouldLookAsApproved(
        "product", Scene("product.jpg"), new Profile { Widths = [], Boxes = [new(140, 140)], Fit = Fit.Contain, Background = "#e0d0f0" });

    [Fact]
    public Task A_picture_with_a_watermark() => ShouldLookAsApproved(
        "watermark", Scene("marked.jpg"), Small with { Watermark = new Watermark { Key = "mark.png", Scale = 0.3, Opacity = 0.8 } },
        watermark: _bench.Photos.Make("mark.png", "-size", "120x60", "xc:none", "-fill", "white", "-draw", "ellipse 60,30 58,28 0,360"));

    public void Dispose() => _bench.Dispose();

    /// <summary>A hill under a sky, with a low sun at the right, so that all sides differ.</summary>
    private string Scene(string name, params string[] arguments) => _bench.Photos.Make(name,
    [
        "-size", "480x320", "gradient:#3060c0-#f0d8c0",
        "-fill", "#ff9020", "-draw", "circle 380,120 380,84",
        "-fill", "#207838", "-draw", "polygon 0,320 0,240 160,170 300,250 480,230 480,320",
        "-fill", "#902020", "-draw", "rectangle 60,190 130,260", "-fill", "#401010", "-draw", "polygon 50,190 95,150 140,190",
        .. arguments,
    ]);

    private string WithProfile(string path, byte[] profile)
    {
        Photos.Tag(path, $"-icc_profile<={_bench.Photos.Write("profile.icc", profile)}");
        return path;
    }

    private async Task ShouldLookAsApproved(
        string name, string path, Profile profile, FocalPoint? focalPoint = null, string? watermark = null)
    {
        var judged = await _bench.TryRender(path, profile, focalPoint, watermark);
        judged.Rejection.ShouldBeNull();
        foreach (var variant in judged.Value.Variants)
        {
            Golden.ShouldLookAs($"{name}.{variant.Format}", variant.Path);
        }
    }
}
