using Pipeline.Processor.Imaging;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class LadderTests
{
    [Theory]
    [InlineData(4032, 3024, "w320 320x240, w640 640x480, w1280 1280x960, w2048 2048x1536")]
    [InlineData(3024, 4032, "w320 320x427, w640 640x853, w1280 1280x1707, w2048 2048x2731")]
    [InlineData(1000, 750, "w320 320x240, w640 640x480, w1280 1000x750")]
    [InlineData(1280, 960, "w320 320x240, w640 640x480, w1280 1280x960")]
    [InlineData(320, 240, "w320 320x240")]
    [InlineData(30, 40, "w320 30x40")]
    [InlineData(1, 1, "w320 1x1")]
    [InlineData(30_000, 1, "w320 320x1, w640 640x1, w1280 1280x1, w2048 2048x1")]
    [InlineData(1, 30_000, "w320 1x16383")]
    [InlineData(1080, 30_000, "w320 320x8889, w640 589x16361")]
    public void Widths_go_up_to_the_images_own_and_heights_stay_below_the_formats_limit(int width, int height, string expected) =>
        string.Join(", ", Ladder.For(width, height, new Profile()).Select(rung => $"{rung.Name} {rung.Width}x{rung.Height}"))
            .ShouldBe(expected);

    [Fact]
    public void Neither_the_order_of_the_widths_nor_a_repeated_one_makes_a_difference() =>
        Ladder.For(1000, 500, new Profile { Widths = [640, 320, 640] }).Select(rung => rung.Name).ShouldBe(["w320", "w640"]);
}
