using Pipeline.Imaging.Planes;

namespace Pipeline.Processor.Tests.Imaging.Planes;

public sealed class PlanarTurnTests
{
    [Theory]
    [InlineData(0, "abc def")]
    [InlineData(1, "abc def")]
    [InlineData(2, "cba fed")]
    [InlineData(3, "fed cba")]
    [InlineData(4, "def abc")]
    [InlineData(5, "ad be cf")]
    [InlineData(6, "da eb fc")]
    [InlineData(7, "fc eb da")]
    [InlineData(8, "cf be ad")]
    [InlineData(9, "abc def")]
    public void Each_plane_is_turned(int orientation, string expected)
    {
        var lying = PlanarImage.Allocate(3, 2, 1, 1);
        for (var plane = 0; plane < PlanarImage.Count; plane++) "abcdef"u8.CopyTo(lying.Plane(plane));

        using var upright = new PlanarTurn(orientation).Apply(lying);

        for (var plane = 0; plane < PlanarImage.Count; plane++)
        {
            upright.WidthOf(plane).ShouldBe(expected.IndexOf(' ', StringComparison.Ordinal));
            upright.Plane(plane).SequenceEqual(expected.Replace(" ", "", StringComparison.Ordinal).Select(c => (byte)c).ToArray()).ShouldBeTrue();
        }
    }

    [Fact]
    public void Four_quarter_turns_of_a_large_image_are_the_image()
    {
        using var image = PlanarImage.Allocate(131, 77);
        for (var plane = 0; plane < PlanarImage.Count; plane++) new Random(plane).NextBytes(image.Plane(plane));
        var turned = PlanarImage.Allocate(131, 77);
        for (var plane = 0; plane < PlanarImage.Count; plane++) image.Plane(plane).CopyTo(turned.Plane(plane));

        for (var i = 0; i < 4; i++) turned = new PlanarTurn(6).Apply(turned);

        using (turned)
        {
            for (var plane = 0; plane < PlanarImage.Count; plane++) turned.Plane(plane).SequenceEqual(image.Plane(plane)).ShouldBeTrue();
        }
    }
}
