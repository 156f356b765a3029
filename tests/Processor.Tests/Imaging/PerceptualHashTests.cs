using System.Globalization;
using System.Numerics;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class PerceptualHashTests : IDisposable
{
    private readonly Workbench _bench = new();

    [Theory]
    [InlineData("smaller.jpg", "-resize", "37%")]
    [InlineData("rough.jpg", "-quality", "25")]
    [InlineData("brighter.png", "-modulate", "108")]
    [InlineData("paler.webp", "-modulate", "100,60")]
    [InlineData("sharper.jpg", "-sharpen", "0x1")]
    public async Task A_copy_of_an_image_has_almost_the_same_hash(string name, params string[] change)
    {
        var photo = _bench.Photos.Photo("photo.png", 900, 700);
        var copy = _bench.Photos.Make(name, [photo, .. change]);

        Distance(await Hash(photo), await Hash(copy)).ShouldBeLessThanOrEqualTo(6);
    }

    [Fact]
    public async Task Other_images_have_other_hashes()
    {
        List<string> hashes = [];
        for (var seed = 1; seed <= 6; seed++)
        {
            hashes.Add(await Hash(_bench.Photos.Make($"{seed}.png", "-size", "300x200", "-seed", $"{seed}", "plasma:fractal")));
        }

        var distances = hashes.SelectMany((a, i) => hashes.Skip(i + 1).Select(b => Distance(a, b))).ToList();
        distances.Min().ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData("xc:red")]
    [InlineData("xc:none")]
    public async Task An_image_of_one_colour_has_none(string colour)
    {
        var path = _bench.Photos.Make("flat.png", "-size", "400x300", colour, "-alpha", "set");

        (await _bench.Render(path)).PerceptualHash.ShouldBeNull();
    }

    [Theory]
    [InlineData(3, 2000)]
    [InlineData(2000, 1)]
    [InlineData(2, 2)]
    public async Task An_image_of_any_shape_can_be_hashed(int width, int height)
    {
        var path = _bench.Photos.Make("odd.png", "-size", $"{width}x{height}", "-seed", "5", "xc:gray", "+noise", "Random");

        (await _bench.Render(path)).PerceptualHash?.Length.ShouldBe(16);
    }

    public void Dispose() => _bench.Dispose();

    private async Task<string> Hash(string path) => (await _bench.Render(path)).PerceptualHash.ShouldNotBeNull();

    private static int Distance(string a, string b) => BitOperations.PopCount(Number(a) ^ Number(b));

    private static ulong Number(string hash) => ulong.Parse(hash, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
