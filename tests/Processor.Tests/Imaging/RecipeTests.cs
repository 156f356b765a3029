using Pipeline.Processor.Imaging;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class RecipeTests
{
    private const string Source = "ab12";
    private const string Engine = "pipeline-1 libvips-8.14.1 libwebp-1.2.4";

    private static readonly Dictionary<string, Profile> Changed = new()
    {
        [nameof(Profile.Widths)] = new Profile { Widths = [320] },
        [nameof(Profile.JpegQuality)] = new Profile { JpegQuality = 84 },
        [nameof(Profile.WebpQuality)] = new Profile { WebpQuality = 79 },
        [nameof(Profile.WebpEffort)] = new Profile { WebpEffort = 2 },
        [nameof(Profile.Background)] = new Profile { Background = "#000000" },
    };

    [Fact]
    public void The_same_ingredients_give_the_same_name()
    {
        Recipe.Of(Source, new Profile(), Engine).ShouldBe("137e3cfe45db6108");
        Recipe.Of("AB12", new Profile { Widths = [2048, 1280, 640, 320, 320], Background = "#FFFFFF" }, Engine)
            .ShouldBe(Recipe.Of(Source, new Profile(), Engine));
    }

    [Fact]
    public void Another_source_or_engine_gives_another_name()
    {
        var recipe = Recipe.Of(Source, new Profile(), Engine);

        Recipe.Of("ab13", new Profile(), Engine).ShouldNotBe(recipe);
        Recipe.Of(Source, new Profile(), Engine + "1").ShouldNotBe(recipe);
    }

    [Fact]
    public void Every_property_of_a_profile_is_an_ingredient()
    {
        Changed.Keys.Order().ShouldBe(typeof(Profile).GetProperties().Select(property => property.Name).Order());
        Profile[] profiles = [new(), .. Changed.Values];

        profiles.Select(profile => Recipe.Of(Source, profile, Engine)).ShouldBeUnique();
    }
}
