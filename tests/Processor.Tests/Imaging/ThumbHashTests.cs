using Pipeline.Imaging;
using Pipeline.Imaging.Placeholders;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class ThumbHashTests
{
    // Computed by rgbaToThumbHash of the npm package thumbhash 0.1.1 from the pattern below.
    [Theory]
    [InlineData(32, 32, true, "3/cJNxpwh3dwiId4dneFeJiHFwp5gI8H")]
    [InlineData(100, 75, true, "3wcKNZqAh3dwd3d4eHh3eHCAB/iI")]
    [InlineData(60, 100, true, "3/cJNBpwB4d3d3d4d3eAgAj3eA==")]
    [InlineData(40, 25, false, "ohiGE4wnkYjAd3nQgBn6Z3B3c3eHd4c=")]
    [InlineData(25, 90, false, "Y8iFGQ4ngLK4d5iQsQroWXWHcIh4d4c=")]
    [InlineData(7, 5, false, "GhqGDIomsYfAh3p3CBucoX8GeCd4iIh3CA==")]
    [InlineData(1, 100, true, "FQYpgT4IhnmIh4d394V4v4g=")]
    [InlineData(100, 1, true, "VPYqcb52d4eIiAiJlYdPiAg=")]
    [InlineData(1, 1, true, "AAgCBwAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_hash_equals_that_of_the_reference(int width, int height, bool opaque, string expected)
    {
        using var bitmap = Pattern(width, height, opaque ? 3 : 4);

        Convert.ToBase64String(ThumbHash.Of(bitmap)).ShouldBe(expected);
    }

    [Fact]
    public void An_invisible_image_has_a_hash()
    {
        using var bitmap = Blank(4, 4, 4);

        Convert.ToBase64String(ThumbHash.Of(bitmap)).ShouldBe("AAiCBQAAAAAAAAAAAAAAAAAAAAAAAAAAAA==");
    }

    [Fact]
    public void The_dominant_colour_is_one_that_the_image_has_and_not_the_mean()
    {
        using var bitmap = Blank(10, 1, 3);
        for (var x = 0; x < 10; x++)
        {
            bitmap.Pixels[(x * 3) + (x < 6 ? 0 : 1)] = 240;
        }

        DominantColour.Of(bitmap).ToString().ShouldBe("#f00000");
    }

    private static Bitmap Pattern(int width, int height, int bands)
    {
        var bitmap = Blank(width, height, bands);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = bitmap.Pixels[(((y * width) + x) * bands)..];
                pixel[0] = (byte)(x * 255 / width);
                pixel[1] = (byte)(y * 255 / height);
                pixel[2] = (byte)((x * 7) + (y * 13));
                if (bands == 4)
                {
                    pixel[3] = (byte)((x + y) * 255 / (width + height));
                }
            }
        }

        return bitmap;
    }

    private static Bitmap Blank(int width, int height, int bands)
    {
        var bitmap = Bitmap.Allocate(width, height, bands);
        bitmap.Pixels.Clear();
        return bitmap;
    }
}
