using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Processor.Imaging;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class ImagingOptionsTests
{
    [Fact]
    public void Without_configuration_there_is_the_web_profile()
    {
        var profile = Bind<ImagingOptions>([]).Profiles.ShouldHaveSingleItem();

        profile.Key.ShouldBe(Profile.Default);
        profile.Value.Widths.ShouldBe([320, 640, 1280, 2048]);
    }

    [Fact]
    public void Configured_widths_replace_the_default_ones_and_the_rest_stays()
    {
        var profiles = Bind<ImagingOptions>(new()
        {
            ["Processor:Profiles:web:Widths:0"] = "500",
            ["Processor:Profiles:avatar:Widths:0"] = "96",
            ["Processor:Profiles:avatar:jpegQuality"] = "70",
        }).Profiles;

        profiles["web"].Widths.ShouldBe([500]);
        profiles["web"].JpegQuality.ShouldBe(85);
        profiles["avatar"].Widths.ShouldBe([96]);
        profiles["avatar"].JpegQuality.ShouldBe(70);
    }

    [Fact]
    public void All_that_is_wrong_with_profiles_is_told_at_once_by_its_key()
    {
        var error = Should.Throw<OptionsValidationException>(() => Bind<ImagingOptions>(new()
        {
            ["Processor:Profiles:web:JpegQuality"] = "0",
            ["Processor:Profiles:web:WebpQuality"] = "high",
            ["Processor:Profiles:web:WebpEffort"] = "7",
            ["Processor:Profiles:web:Background"] = "white",
            ["Processor:Profiles:web:Sharpen"] = "1",
            ["Processor:Profiles:Big Ones:Widths:0"] = "9000",
        }));

        error.Failures.ShouldBe(
        [
            "`Processor:Profiles:web:JpegQuality` must be 1–100, was 0",
            "`Processor:Profiles:web:WebpQuality` must be a whole number, was 'high'",
            "`Processor:Profiles:web:WebpEffort` must be 0–6, was 7",
            "`Processor:Profiles:web:Background` must be a colour like #ffffff, was 'white'",
            "`Processor:Profiles:web:Sharpen` is not a setting of a profile",
            "`Processor:Profiles:Big Ones`: a profile is named by 1–32 of a–z, 0–9 and -",
            "`Processor:Profiles:Big Ones:Widths` must be 1–4096 each, one was 9000",
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
            ["`Processor:Limits:Inputs` must be of jpeg, png, webp, gif, heic, avif, svg, one was 'tiff'"]);

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
