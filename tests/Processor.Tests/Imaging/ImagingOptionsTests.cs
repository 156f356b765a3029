using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Pipeline.Processor.Imaging;
using Pipeline.Processor.Imaging.Isolation;

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
            "`Processor:Decoder:Sandbox` is not a known setting; known are Children, MemoryMegabytes, CpuSeconds, RecycleAfter, RequireSandbox",
        ], ignoreOrder: true);
    }

    [Fact]
    public void There_are_as_many_decoders_as_there_can_be_images_in_work()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection([new("Processor:Intake:Concurrency", "3"), new("Processor:Intake:ReprocessConcurrency", "2")]);
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
