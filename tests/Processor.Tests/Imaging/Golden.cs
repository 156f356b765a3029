using System.Runtime.CompilerServices;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Approved pictures, in <c>tests/Processor.Tests/Goldens</c>.</summary>
internal static class Golden
{
    /// <summary>Side of the blocks whose mean colours are compared; encoders may change smaller details.</summary>
    private const int Block = 8;

    /// <summary>Of 255; the smallest difference that a person sees between two areas of colour.</summary>
    private const double MayDiffer = 6;

    private static readonly bool Approving = Environment.GetEnvironmentVariable("APPROVE") == "1";

    /// <param name="name">Name with the format, such as <c>phone.jpeg</c>.</param>
    /// <param name="path">The current picture.</param>
    public static void ShouldLookAs(string name, string path)
    {
        var golden = Path.Combine(Folder(), name);
        if (Approving)
        {
            Directory.CreateDirectory(Folder());
            File.Copy(path, golden, overwrite: true);
        }

        File.Exists(golden).ShouldBeTrue($"{name} was never approved: run with APPROVE=1 and look at it");
        Sizes(path).ShouldBe(Sizes(golden), $"the size of {name}");
        var worst = Blocks(path).Zip(Blocks(golden), Difference).Max();
        worst.ShouldBeLessThan(MayDiffer, $"{name} looks different; APPROVE=1 if it is meant to");
    }

    private static double Difference(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();

    private static (int Width, int Height) Sizes(string path)
    {
        var words = Photos.Identify(path).Split(' ');
        return (int.Parse(words[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>The mean colour and alpha of each block; the colour of transparent pixels is weighted by their alpha.</summary>
    private static List<double[]> Blocks(string path)
    {
        var (width, height) = Sizes(path);
        var pixels = Photos.Pixels(path, "rgba");
        List<double[]> blocks = [];
        for (var top = 0; top < height; top += Block)
        {
            for (var left = 0; left < width; left += Block)
            {
                var (right, bottom) = (Math.Min(left + Block, width), Math.Min(top + Block, height));
                var sum = new double[4];
                for (var y = top; y < bottom; y++)
                {
                    for (var x = left; x < right; x++)
                    {
                        var p = ((y * width) + x) * 4;
                        var alpha = pixels[p + 3] / 255.0;
                        sum[0] += pixels[p] * alpha;
                        sum[1] += pixels[p + 1] * alpha;
                        sum[2] += pixels[p + 2] * alpha;
                        sum[3] += pixels[p + 3];
                    }
                }

                blocks.Add([.. sum.Select(value => value / ((right - left) * (bottom - top)))]);
            }
        }

        return blocks;
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Goldens");
}
