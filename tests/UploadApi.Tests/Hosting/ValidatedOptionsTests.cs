using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.UploadApi.Tests.Hosting;

public sealed class ValidatedOptionsTests
{
    [Fact]
    public void What_is_not_configured_has_its_default()
    {
        var oven = Bind();

        (oven.Degrees, oven.Timer.Minutes, oven.Fan).ShouldBe((180, 10, false));
        oven.Trays.ShouldBe(["upper", "lower"]);
    }

    [Fact]
    public void What_is_configured_replaces_the_default_on_every_level()
    {
        var oven = Bind(("Oven:degrees", "200"), ("Oven:Trays:0", "middle"), ("Oven:Timer:Minutes", "5"), ("Oven:Fan", "true"));

        (oven.Degrees, oven.Timer.Minutes, oven.Timer.Sound, oven.Fan).ShouldBe((200, 5, "bell", true));
        oven.Trays.ShouldBe(["middle"]);
    }

    [Fact]
    public void The_section_wins_over_what_fills_it_from_elsewhere()
    {
        var oven = Bind([("Oven:Maker", "Ada")], o => (o.Maker, o.Timer.Sound) = ("Eve", "gong"));
        (oven.Maker, oven.Timer.Sound).ShouldBe(("Ada", "gong"));

        Bind([("Oven:Timer:Minutes", "5")], o => o.Timer.Sound = "gong").Timer.Sound.ShouldBe("gong", "a neighbour in the section is no reason to forget it");
    }

    [Theory]
    [InlineData("Oven:Degrees", "0", "`Oven:Degrees` must be 50–250, was 0")]
    [InlineData("Oven:Degrees", "hot", "`Oven:Degrees` must be a whole number, was 'hot'")]
    [InlineData("Oven:Degrees", "99999999999", "`Oven:Degrees` must be a whole number, was '99999999999'")]
    [InlineData("Oven:Degrees", "", "`Oven:Degrees` must be a whole number, was ''")]
    [InlineData("Oven:Fan", "maybe", "`Oven:Fan` must be true or false, was 'maybe'")]
    [InlineData("Oven:Timer:Minutes", "0", "`Oven:Timer:Minutes` must be 1–600, was 0")]
    [InlineData("Oven:Timer:Minutes", "soon", "`Oven:Timer:Minutes` must be a whole number, was 'soon'")]
    [InlineData("Oven:Timer", "5", "`Oven:Timer` must be a section, not a value")]
    [InlineData("Oven:Trays", "upper", "`Oven:Trays` must be a list, was 'upper'")]
    [InlineData("Oven:Degree", "200", "`Oven:Degree` is not a known setting; known are Degrees, Fan, Trays, Timer, Maker")]
    [InlineData("Oven:Timer:Hours", "1", "`Oven:Timer:Hours` is not a known setting; known are Minutes, Sound")]
    [InlineData("Oven:Maker", "Mallory", "`Oven:Maker` must not be Mallory")]
    public void Each_fault_is_told_once_by_the_name_of_its_key(string key, string value, string told) =>
        Faults((key, value)).ShouldBe([told]);

    [Fact]
    public void A_section_by_its_former_name_is_refused_with_the_new_one()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Stove:Degrees", "200")]).Build();
        using var services = new ServiceCollection().RefuseRenamed(configuration, "Stove", "Oven").RefuseRenamed(configuration, "Range", "Oven").BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate())
            .Failures.ShouldBe(["`Stove` is called `Oven` now: rename its settings"]);
    }

    [Fact]
    public void All_faults_are_told_at_once() => Faults(
        ("Oven:Degrees", "hot"),
        ("Oven:Fan", "maybe"),
        ("Oven:Timer:Minutes", "0"),
        ("Oven:Timer:Sound", ""),
        ("Oven:Door", "open")).Count.ShouldBe(5);

    [Fact]
    public void Faults_stop_the_host_before_anything_is_served()
    {
        using var services = Services([("Oven:Degrees", "0")], null);

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
    }

    private static Oven Bind(params (string Key, string Value)[] settings) => Bind(settings, null);

    private static Oven Bind((string Key, string Value)[] settings, Action<Oven>? defaults)
    {
        using var services = Services(settings, defaults);
        return services.GetRequiredService<IOptions<Oven>>().Value;
    }

    private static List<string> Faults(params (string Key, string Value)[] settings) =>
        [.. Should.Throw<OptionsValidationException>(() => Bind(settings)).Failures];

    private static ServiceProvider Services((string Key, string Value)[] settings, Action<Oven>? defaults)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build();
        var services = new ServiceCollection();
        services.AddValidatedOptions(configuration, "Oven", defaults);
        return services.BuildServiceProvider();
    }
}

/// <summary>Options of every supported type.</summary>
public sealed class Oven : IValidatableObject
{
    [Range(50, 250)]
    public int Degrees { get; set; } = 180;

    public bool Fan { get; set; }

    [MinLength(1)]
    public IReadOnlyList<string> Trays { get; set; } = ["upper", "lower"];

    public OvenTimer Timer { get; set; } = new();

    public string? Maker { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Maker == "Mallory") yield return new ValidationResult("`Oven:Maker` must not be Mallory");
    }
}

/// <summary>A section inside a section.</summary>
public sealed class OvenTimer
{
    [Range(1, 600)]
    public int Minutes { get; set; } = 10;

    [Required]
    public string Sound { get; set; } = "bell";
}
