using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class OrientationTests : IDisposable
{
    private static readonly double[] Red = [255, 0, 0];
    private static readonly double[] Green = [0, 128, 0];
    private static readonly double[] Blue = [0, 0, 255];
    private static readonly double[] White = [255, 255, 255];

    private readonly Workbench _bench = new();

    public static TheoryData<string, int, string[]> Stored()
    {
        // The inverse of each orientation: the stored pixels, from which the tag restores the picture.
        (int Orientation, string[] Undo)[] ways =
        [
            (1, []), (2, ["-flop"]), (3, ["-rotate", "180"]), (4, ["-flip"]),
            (5, ["-transpose"]), (6, ["-rotate", "270"]), (7, ["-transverse"]), (8, ["-rotate", "90"]),
        ];
        var data = new TheoryData<string, int, string[]>();
        foreach (var extension in new[] { "jpg", "png", "webp" })
        {
            foreach (var (orientation, undo) in ways)
            {
                data.Add(extension, orientation, undo);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Stored))]
    public async Task Every_orientation_comes_out_upright_by_its_pixels(string extension, int orientation, string[] undo)
    {
        var path = _bench.Photos.Make($"quarters.{extension}",
        [
            "-size", "60x40", "xc:red", "xc:green", "+append", "(", "xc:blue", "xc:white", "+append", ")", "-append", .. undo,
            "+repage", "-quality", "95",
        ]);
        Photos.Tag(path, $"-Orientation#={orientation}");

        var facts = (await _bench.Inspect(path)).Value;
        var (jpeg, webp) = await _bench.RenderOne(path, 60);

        (facts.Width, facts.Height).ShouldBe((120, 80));
        foreach (var output in new[] { jpeg, webp })
        {
            ShouldBeNear(Photos.MeanColour(output, 8, 8, 8), Red);
            ShouldBeNear(Photos.MeanColour(output, 44, 8, 8), Green);
            ShouldBeNear(Photos.MeanColour(output, 8, 26, 8), Blue);
            ShouldBeNear(Photos.MeanColour(output, 44, 26, 8), White);
        }
    }

    public void Dispose() => _bench.Dispose();

    private static void ShouldBeNear(double[] colour, double[] expected)
    {
        for (var i = 0; i < 3; i++)
        {
            colour[i].ShouldBe(expected[i], 14);
        }
    }
}
