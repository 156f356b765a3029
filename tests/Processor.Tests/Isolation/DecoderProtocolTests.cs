using System.Text.Json;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Processor.Tests.Isolation;

public sealed class DecoderProtocolTests
{
    private static readonly Profile Unusual = new()
    {
        Widths = [],
        Boxes = [new(10, 20)],
        MinShortSide = 1,
        Fit = Fit.Cover,
        Crop = Crop.Centre,
        Formats = ["jpeg"],
        JpegQuality = 1,
        WebpQuality = 1,
        WebpEffort = 0,
        AvifQuality = 1,
        AvifEffort = 0,
        Background = "#000000",
        Animate = false,
        KeepCopyright = true,
        CleanOriginal = true,
        Watermark = new Watermark { Key = "k", Gravity = Gravity.Centre, Opacity = 1, Scale = 1 },
    };

    /// <summary>Values of 0 or false were once omitted in the request, and the decoder used the profile's default instead.</summary>
    [Fact]
    public void A_request_arrives_as_it_was_sent()
    {
        foreach (var property in typeof(Profile).GetProperties())
            property.GetValue(Unusual).ShouldNotBe(property.GetValue(new Profile()), $"{property.Name} is not tried");
        var request = new DecoderRequest
        {
            Limits = new ImageLimits { MaxFrames = 7, Inputs = ["svg"] },
            Render = new RenderRequest("in/source", new ImageFacts("image/png", 3, 4, 5), Unusual, "out", new FocalPoint { X = 0, Y = 1 }, "in/watermark"),
        };

        var line = JsonSerializer.Serialize(request, DecoderJson.Default.DecoderRequest);
        var arrived = JsonSerializer.Deserialize(line, DecoderJson.Default.DecoderRequest).ShouldNotBeNull();

        JsonSerializer.Serialize(arrived, DecoderJson.Default.DecoderRequest).ShouldBe(line);
        arrived.Render!.Profile.Animate.ShouldBeFalse();
        arrived.Render.Profile.WebpEffort.ShouldBe(0);
    }

    /// <summary>An image of one colour has no perceptual hash.</summary>
    [Fact]
    public void An_answer_arrives_with_what_it_leaves_out()
    {
        var reply = new DecoderReply
        {
            Rendering = new Rendering([], new Placeholder { ThumbHash = "AA==", DataUrl = "data:,", Color = "#000000" }, PerceptualHash: null),
        };

        var arrived = JsonSerializer.Deserialize(JsonSerializer.Serialize(reply, DecoderJson.Default.DecoderReply), DecoderJson.Default.DecoderReply);

        arrived!.Rendering.ShouldNotBeNull().PerceptualHash.ShouldBeNull();
    }
}
