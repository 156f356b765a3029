using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class ImagingOptionsTests
{
    [Fact]
    public void Without_configuration_there_are_the_profiles_web_avatar_and_product()
    {
        var profiles = Bind<ImagingOptions>([]).Profiles;

        profiles.Keys.Order().ShouldBe(["avatar", "product", "web"]);
        profiles["web"].Widths.ShouldBe([320, 640, 1280, 2048]);
        profiles["web"].MinShortSide.ShouldBe(120);
        profiles["avatar"].Boxes.ShouldBe([new(64, 64), new(128, 128), new(256, 256)]);
        profiles["avatar"].Fit.ShouldBe(Fit.Cover);
        profiles["product"].Fit.ShouldBe(Fit.Contain);
    }

    [Fact]
    public void Configured_sizes_replace_the_ones_that_were_there_and_the_rest_stays()
    {
        var profiles = Bind<ImagingOptions>(new()
        {
            ["Processor:Profiles:web:Widths:0"] = "500",
            ["Processor:Profiles:avatar:Boxes:0"] = "96x80",
            ["Processor:Profiles:avatar:jpegQuality"] = "70",
            ["Processor:Profiles:product:Widths:0"] = "300",
        }).Profiles;

        profiles["web"].Widths.ShouldBe([500]);
        profiles["web"].JpegQuality.ShouldBe(85);
        profiles["avatar"].Boxes.ShouldBe([new(96, 80)]);
        profiles["avatar"].Fit.ShouldBe(Fit.Cover);
        profiles["avatar"].JpegQuality.ShouldBe(70);
        profiles["product"].Boxes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("web", "Widths:0", "500", 120)]
    [InlineData("web", "Boxes:0", "64x64", 0)]
    [InlineData("web", "MinShortSide", "0", 0)]
    [InlineData("web", "MinShortSide", "240", 240)]
    [InlineData("poster", "Widths:0", "500", 0)]
    [InlineData("product", "Widths:0", "500", 0)]
    public void The_smallest_side_stays_until_it_or_boxes_are_configured(string profile, string key, string value, int expected) =>
        Bind<ImagingOptions>(new() { [$"Processor:Profiles:{profile}:{key}"] = value }).Profiles[profile].MinShortSide.ShouldBe(expected);

    [Fact]
    public void A_profile_can_say_all_that_there_is_to_say()
    {
        var profile = Bind<ImagingOptions>(new()
        {
            ["Processor:Profiles:poster:Boxes:0"] = "600x400",
            ["Processor:Profiles:poster:Fit"] = "cover",
            ["Processor:Profiles:poster:Crop"] = "entropy",
            ["Processor:Profiles:poster:Formats:0"] = "jpeg",
            ["Processor:Profiles:poster:Formats:1"] = "avif",
            ["Processor:Profiles:poster:AvifQuality"] = "40",
            ["Processor:Profiles:poster:AvifEffort"] = "3",
            ["Processor:Profiles:poster:Animate"] = "false",
            ["Processor:Profiles:poster:KeepCopyright"] = "true",
            ["Processor:Profiles:poster:CleanOriginal"] = "true",
            ["Processor:Profiles:poster:Watermark:Key"] = "brand/logo.png",
            ["Processor:Profiles:poster:Watermark:Gravity"] = "northwest",
            ["Processor:Profiles:poster:Watermark:Opacity"] = "0.25",
            ["Processor:Profiles:poster:Watermark:Scale"] = "0.1",
        }).Profiles["poster"];

        profile.Boxes.ShouldBe([new(600, 400)]);
        profile.Widths.ShouldBeEmpty();
        profile.Formats.ShouldBe(["jpeg", "avif"]);
        (profile with { Boxes = [], Widths = [], Formats = [] }).ShouldBe(new Profile
        {
            Boxes = [],
            Widths = [],
            Formats = [],
            Fit = Fit.Cover,
            Crop = Crop.Entropy,
            AvifQuality = 40,
            AvifEffort = 3,
            Animate = false,
            KeepCopyright = true,
            CleanOriginal = true,
            Watermark = new Watermark { Key = "brand/logo.png", Gravity = Gravity.NorthWest, Opacity = 0.25, Scale = 0.1 },
        });
    }

    [Fact]
    public void All_that_is_wrong_with_profiles_is_told_at_once_by_its_key()
    {
        var error = Should.Throw<OptionsValidationException>(() => Bind<ImagingOptions>(new()
        {
            ["Processor:Profiles:web:JpegQuality"] = "0",
            ["Processor:Profiles:web:WebpQuality"] = "high",
            ["Processor:Profiles:web:WebpEffort"] = "7",
            ["Processor:Profiles:web:AvifQuality"] = "101",
            ["Processor:Profiles:web:AvifEffort"] = "10",
            ["Processor:Profiles:web:Background"] = "white",
            ["Processor:Profiles:web:Sharpen"] = "1",
            ["Processor:Profiles:web:Formats:0"] = "bmp",
            ["Processor:Profiles:web:Animate"] = "maybe",
            ["Processor:Profiles:Big Ones:Widths:0"] = "9000",
            ["Processor:Profiles:web:MinShortSide"] = "4097",
            ["Processor:Profiles:product:MinShortSide"] = "100",
            ["Processor:Profiles:avatar:Boxes:0"] = "64",
            ["Processor:Profiles:avatar:Boxes:1"] = "5000x1",
            ["Processor:Profiles:avatar:Fit"] = "2",
            ["Processor:Profiles:avatar:Watermark:Opacity"] = "0",
            ["Processor:Profiles:avatar:Watermark:Scale"] = "much",
            ["Processor:Profiles:avatar:Watermark:Size"] = "1",
            ["Processor:Profiles:both:Widths:0"] = "100",
            ["Processor:Profiles:both:Boxes:0"] = "100x100",
        }));

        error.Failures.ShouldBe(
        [
            "`Processor:Profiles:web:MinShortSide` must be 0–4096, was 4097",
            "`Processor:Profiles:product:MinShortSide` applies to widths only, since a box sets both sides. Remove it, or use widths instead",
            "`Processor:Profiles:web:JpegQuality` must be 1–100, was 0",
            "`Processor:Profiles:web:WebpQuality` must be a whole number, was 'high'",
            "`Processor:Profiles:web:WebpEffort` must be 0–6, was 7",
            "`Processor:Profiles:web:AvifQuality` must be 1–100, was 101",
            "`Processor:Profiles:web:AvifEffort` must be 0–9, was 10",
            "`Processor:Profiles:web:Background` must be a colour like #ffffff, was 'white'",
            "`Processor:Profiles:web:Sharpen` is not a setting of a profile",
            "`Processor:Profiles:web:Formats` must contain jpeg, which every client can read",
            "`Processor:Profiles:web:Formats` must hold only jpeg, webp, avif, one was 'bmp'",
            "`Processor:Profiles:web:Animate` must be true or false, was 'maybe'",
            "`Processor:Profiles:Big Ones`: a profile's name must be 1–32 of a–z, 0–9 and -",
            "`Processor:Profiles:Big Ones:Widths` must be 1–4096 each, one was 9000",
            "`Processor:Profiles:avatar:Boxes:0` must be a box like 64x64, was '64'",
            "`Processor:Profiles:avatar:Boxes` must have sides of 1–4096, one was 5000x1",
            "`Processor:Profiles:avatar:Fit` must be one of inside, contain, cover, was '2'",
            "`Processor:Profiles:avatar:Watermark:Key` must name an object, was ''",
            "`Processor:Profiles:avatar:Watermark:Opacity` must be 0.01–1, was 0",
            "`Processor:Profiles:avatar:Watermark:Scale` must be a number like 0.5, was 'much'",
            "`Processor:Profiles:avatar:Watermark:Size` is not a setting of a watermark",
            "`Processor:Profiles:both` has both widths and boxes; it must have one of them",
        ], ignoreOrder: true);
    }

    [Fact]
    public void All_limits_out_of_range_are_told_at_once_by_their_keys()
    {
        var error = Should.Throw<OptionsValidationException>(() => Bind<ImageLimits>(new()
        {
            ["Processor:Limits:MaxMegapixels"] = "0",
            ["Processor:Limits:MaxSeconds"] = "601",
        }));

        error.Failures.ShouldBe(
        [
            "`Processor:Limits:MaxMegapixels` must be 1–500, was 0",
            "`Processor:Limits:MaxSeconds` must be 1–600, was 601",
        ]);
    }

    [Fact]
    public void Only_four_types_are_accepted_unless_others_are_named()
    {
        Bind<ImageLimits>([]).Inputs.ShouldBe(["jpeg", "png", "webp", "gif"]);
        Bind<ImageLimits>(new() { ["Processor:Limits:Inputs:0"] = "heic", ["Processor:Limits:Inputs:1"] = "JPEG" }).Inputs.ShouldBe(["heic", "JPEG"]);
    }

    [Fact]
    public void A_type_that_does_not_exist_is_refused() =>
        Should.Throw<OptionsValidationException>(() => Bind<ImageLimits>(new() { ["Processor:Limits:Inputs:0"] = "tiff" })).Failures.ShouldBe(
            ["`Processor:Limits:Inputs` must hold only jpeg, png, webp, gif, heic, avif, svg, one was 'tiff'"]);

    [Fact]
    public void Limits_travel_as_json()
    {
        var limits = new ImageLimits { Inputs = ["png", "svg"], MaxSeconds = 7 };

        var arrived = JsonSerializer.Deserialize<ImageLimits>(JsonSerializer.Serialize(limits))!;

        arrived.Inputs.ShouldBe(["png", "svg"]);
        arrived.MaxSeconds.ShouldBe(7);
    }

    [Fact]
    public void A_limit_that_does_not_exist_is_refused() =>
        Should.Throw<OptionsValidationException>(() => Bind<ImageLimits>(new() { ["Processor:Limits:MaxMegapixel"] = "10" }))
            .Message.ShouldContain("MaxMegapixel");

    [Theory]
    [InlineData("100", 1280)]
    [InlineData("50", 780)]
    public void A_decoder_has_memory_for_the_largest_image_that_is_accepted(string megapixels, int memory) => Bind<DecoderOptions>(new()
    {
        ["Processor:Limits:MaxMegapixels"] = megapixels,
    }).MemoryMegabytes.ShouldBe(memory);

    [Fact]
    public void All_that_is_wrong_with_decoders_is_told_at_once_by_its_key()
    {
        var error = Should.Throw<OptionsValidationException>(() => Bind<DecoderOptions>(new()
        {
            ["Processor:Decoder:Children"] = "0",
            ["Processor:Decoder:MemoryMegabytes"] = "100",
            ["Processor:Decoder:CpuSeconds"] = "long",
            ["Processor:Decoder:Sandbox"] = "true",
        }));

        error.Failures.ShouldBe(
        [
            "`Processor:Decoder:Children` must be 1–512, was 0",
            "`Processor:Decoder:MemoryMegabytes` must be 256–65536, was 100",
            "`Processor:Decoder:CpuSeconds` must be a whole number, was 'long'",
            "`Processor:Decoder:Sandbox` is not a known setting; known are Children, MemoryMegabytes, CpuSeconds, CpuSecondsPerMegabyte, RecycleAfter, RequireSandbox",
        ], ignoreOrder: true);
    }

    [Fact]
    public void There_are_as_many_decoders_as_there_can_be_images_in_work()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection([new("Processor:Messaging:Concurrency", "3"), new("Processor:Messaging:ReprocessConcurrency", "2")]);
        builder.AddProcessor();
        using var services = builder.Services.BuildServiceProvider();

        services.GetRequiredService<IOptions<DecoderOptions>>().Value.Children.ShouldBe(5);
    }

    [Fact]
    public async Task The_host_does_not_start_with_a_wrong_setting()
    {
        await using var services = Services(new() { ["Processor:Profiles:web:JpegQuality"] = "101" });

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
    }

    private static T Bind<T>(Dictionary<string, string?> settings)
        where T : class
    {
        using var services = Services(settings);
        return services.GetRequiredService<IOptions<T>>().Value;
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection().AddLogging().AddImaging(configuration).BuildServiceProvider();
    }
}
