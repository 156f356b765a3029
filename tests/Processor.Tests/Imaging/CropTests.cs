using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>How images fit boxes.</summary>
public sealed class CropTests : IDisposable
{
    private static readonly Profile Square = new() { Widths = [], Boxes = [new(100, 100)], Fit = Fit.Cover };

    private readonly Workbench _bench = new();

    [Theory]
    [InlineData(0.0, "red")]
    [InlineData(0.5, "lime")]
    [InlineData(1.0, "blue")]
    public async Task A_crop_keeps_the_focal_point(double x, string colour)
    {
        var path = Stripes();

        var rendering = await Render(path, Square, new FocalPoint { X = x, Y = 0.5 });

        rendering.Variants.Select(variant => $"{variant.Name} {variant.Width}x{variant.Height}").Distinct().ShouldBe(["100x100 100x100"]);
        foreach (var variant in rendering.Variants)
        {
            ShouldBe(variant.Path, 40, 40, colour);
        }
    }

    [Fact]
    public async Task A_focal_point_is_one_of_the_upright_image()
    {
        // The stored top is red; rotated clockwise by its orientation, the right side is red.
        var path = _bench.Photos.Make("turned.jpg", "-size", "200x600", "xc:lime", "-fill", "red", "-draw", "rectangle 0,0 200,300");
        Photos.Tag(path, "-Orientation#=6");

        var rendering = await Render(path, Square, new FocalPoint { X = 1, Y = 0.5 });

        ShouldBe(rendering.Variants[0].Path, 40, 40, "red");
    }

    [Theory]
    [InlineData(Crop.Attention)]
    [InlineData(Crop.Entropy)]
    public async Task Without_a_focal_point_a_crop_finds_where_the_interest_is(Crop crop)
    {
        var path = _bench.Photos.Make("spot.png", "-size", "600x200", "xc:gray", "(", "-size", "80x80", "-seed", "3", "plasma:red-yellow", ")",
            "-geometry", "+480+60", "-composite");

        var found = await Render(path, Square with { Crop = crop });
        var middle = await Render(path, Square with { Crop = Crop.Centre });

        Colourfulness(found.Variants[0].Path).ShouldBeGreaterThan(10 * Colourfulness(middle.Variants[0].Path) + 1);
    }

    [Fact]
    public async Task A_padded_image_stands_in_the_middle_of_its_background()
    {
        var path = _bench.Photos.Make("wide.png", "-size", "200x100", "xc:red");

        var rendering = await Render(path, new Profile { Widths = [], Boxes = [new(100, 100)], Fit = Fit.Contain, Background = "#0000ff" });

        foreach (var variant in rendering.Variants)
        {
            (variant.Width, variant.Height).ShouldBe((100, 100));
            ShouldBe(variant.Path, 40, 4, "blue");
            ShouldBe(variant.Path, 40, 40, "red");
            ShouldBe(variant.Path, 40, 80, "blue");
        }
    }

    [Fact]
    public async Task A_transparent_image_is_padded_with_nothing()
    {
        var path = _bench.Photos.Make("clear.png", "-size", "200x100", "xc:none", "-fill", "red", "-draw", "circle 100,50 100,20");

        var rendering = await Render(path, new Profile { Widths = [], Boxes = [new(100, 100)], Fit = Fit.Contain });

        var webp = Photos.Pixels(rendering.Variants.Single(variant => variant.Format == "webp").Path, "rgba");
        webp[3].ShouldBe((byte)0);
        webp[(((50 * 100) + 50) * 4) + 3].ShouldBe((byte)255);
    }

    [Fact]
    public async Task Each_box_shows_the_same_part_of_the_image()
    {
        var path = Stripes();
        var profile = Square with { Boxes = [new(50, 50), new(100, 100)] };

        var rendering = await Render(path, profile, new FocalPoint { X = 0.95, Y = 0.5 });

        rendering.Variants.Select(variant => variant.Name).Distinct().ShouldBe(["50x50", "100x100"]);
        ShouldBe(rendering.Variants[0].Path, 20, 20, "blue");
        ShouldBe(rendering.Variants[^1].Path, 40, 40, "blue");
    }

    public void Dispose() => _bench.Dispose();

    /// <summary>Red, green and blue thirds side by side.</summary>
    private string Stripes() => _bench.Photos.Make("stripes.png", "-size", "200x200", "xc:red", "xc:lime", "xc:blue", "+append");

    private async Task<Rendering> Render(string path, Profile profile, FocalPoint? focalPoint = null)
    {
        var judged = await _bench.TryRender(path, profile, focalPoint);
        judged.Rejection.ShouldBeNull();
        return judged.Value;
    }

    private static void ShouldBe(string path, int x, int y, string colour)
    {
        double[] wanted = colour switch { "red" => [255, 0, 0], "lime" => [0, 255, 0], _ => [0, 0, 255] };
        var mean = Photos.MeanColour(path, x, y, 10);
        mean.Zip(wanted, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(12, $"{Path.GetFileName(path)} at {x},{y}: {string.Join(' ', mean)}");
    }

    private static double Colourfulness(string path) =>
        Photos.Pixels(path).Chunk(3).Average(pixel => (double)(pixel.Max() - pixel.Min()));
}
