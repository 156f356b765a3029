using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Storage;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Which published variants a revision keeps, and what the others are called.</summary>
public sealed class VariantKeysTests
{
    private const string Engine = "pipeline-1 libvips-8.14.1 libwebp-1.2.4";
    private static readonly Guid Id = Guid.Parse("01935b1e-0000-7000-8000-0000000000ab");
    private static readonly Profile Web = new() { Widths = [320, 640] };
    private static readonly Profile Wider = new() { Widths = [320, 640, 1280] };

    [Fact]
    public void A_first_revision_keeps_nothing_and_names_each_variant_by_its_own_recipe()
    {
        var (keys, all) = Publish(Request());

        keys.Kept.ShouldBeEmpty();
        all.ShouldAllBe(v => v.Key.StartsWith($"assets/ab/{Id}/", StringComparison.Ordinal) && v.Key.EndsWith(v.Format == "jpeg" ? $"/{v.Name}.jpg" : $"/{v.Name}.webp", StringComparison.Ordinal));
        all.Select(v => ObjectKey.RecipeIn(v.Key)).ShouldBeUnique();
        ShouldBeHex(keys.Whole);
    }

    [Fact]
    public void A_new_width_keeps_all_others_and_makes_its_own()
    {
        var (_, before) = Publish(Request());

        var (keys, after) = Publish(Request(before), Wider);

        keys.Kept.ShouldBe(before);
        after.Except(before).Select(v => $"{v.Name} {v.Format}").ShouldBe(["w1280 jpeg", "w1280 webp"]);
    }

    [Fact]
    public void A_width_that_is_removed_makes_nothing()
    {
        var (_, before) = Publish(Request(), Wider);

        var (keys, after) = Publish(Request(before, Wider), Web);

        after.ShouldBe(keys.Kept);
        after.ShouldBe(before.Where(v => v.Name != "w1280"));
    }

    [Fact]
    public void What_is_made_anew_carries_the_generation_and_what_is_kept_does_not_change()
    {
        var (_, before) = Publish(Request());

        var (keys, after) = Publish(Request(before, generation: 3), Wider);

        after.Except(keys.Kept).ShouldAllBe(v => ObjectKey.RecipeIn(v.Key)!.EndsWith("-3", StringComparison.Ordinal));
        after.Intersect(before).ShouldBe(before);
    }

    /// <summary>Nothing but a repair can be meant: perhaps an object is lost.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void If_nothing_has_changed_since_the_publication_all_is_written_again_to_the_keys_that_it_has(int generation)
    {
        var (first, before) = Publish(Request());

        var (keys, after) = Publish(Request(before, generation: generation));

        keys.Kept.ShouldBeEmpty();
        after.ShouldBe(before);
        keys.Whole.ShouldBe(first.Whole);
    }

    /// <summary>w640 was scaled from w1280 when it was made, and is no longer: the bytes differ, so its key must.</summary>
    [Fact]
    public void A_repair_writes_no_other_bytes_to_a_key_that_was_kept()
    {
        var (_, wide) = Publish(Request(), Wider);
        var (_, kept) = Publish(Request(wide, Wider), Web);

        var (_, after) = Publish(Request(kept, Web), Web);

        after.Select(v => v.Key).ShouldNotBe(kept.Select(v => v.Key));
        after.Select(v => v.Key).ShouldBe(Publish(Request(), Web).All.Select(v => v.Key));
    }

    [Fact]
    public void Variants_of_the_version_before_keep_their_flat_keys_if_nothing_has_changed_and_from_then_on_are_kept_one_by_one()
    {
        var whole = Recipes(Web).Whole;
        var flat = Flat(Web, $"{whole}-1");

        var (repair, after) = Publish(Request(flat, recipe: $"{whole}-1", generation: 2));
        var (keys, later) = Publish(Request(after, recipe: repair.Whole, generation: 2), Wider);

        repair.Whole.ShouldBe($"{whole}-1");
        after.Select(v => v.Key).ShouldBe(flat.Select(v => v.Key));
        keys.Kept.ShouldBe(after);
        later.Except(after).ShouldAllBe(v => v.Key.StartsWith($"assets/ab/{Id}/", StringComparison.Ordinal));
    }

    /// <summary>They have no recipes of their own.</summary>
    [Fact]
    public void Variants_of_the_version_before_are_all_made_anew_if_the_profile_has_changed()
    {
        var (keys, after) = Publish(Request(Flat(Web, Recipes(Web).Whole), recipe: Recipes(Web).Whole), Wider);

        keys.Kept.ShouldBeEmpty();
        after.ShouldAllBe(v => v.Key.StartsWith($"assets/ab/{Id}/", StringComparison.Ordinal));
    }

    /// <summary>It refuses the keys that it does not know, and does not say what is published.</summary>
    [Theory]
    [InlineData(0, null, "")]
    [InlineData(2, null, "-2")]
    [InlineData(2, "-1", "-1")]
    public void An_api_of_the_version_before_gets_the_keys_of_the_version_before(int generation, string? published, string expected)
    {
        var whole = Recipes(Web).Whole;
        var request = Request(generation: generation) with { ShardedKeys = false, PublishedRecipe = published is null ? null : whole + published };

        var (keys, all) = Publish(request);

        keys.Whole.ShouldBe(whole + expected);
        all.ShouldAllBe(v => v.Key.StartsWith($"assets/{Id}/{whole}{expected}/", StringComparison.Ordinal));
        VariantKeys.OriginalOf(request, "00ff").Value.ShouldBe(generation == 0 ? $"originals/{Id}/00ff" : $"originals/{Id}/00ff-{generation}");
    }

    [Fact]
    public void The_original_lies_below_two_hex_digits_and_carries_the_generation()
    {
        VariantKeys.OriginalOf(Request(), "00ff").Value.ShouldBe($"originals/ab/{Id}/00ff");
        VariantKeys.OriginalOf(Request(generation: 2), "00ff").Value.ShouldBe($"originals/ab/{Id}/00ff-2");
    }

    private static void ShouldBeHex(string text) => text.ShouldMatch("^[0-9a-f]{16}$");

    private static VariantRecipes Recipes(Profile profile) =>
        new("ab12", new ImageFacts("image/jpeg", 4000, 3000, 1), profile, focus: null, watermarkSha256: null, Engine);

    private static List<AssetVariant> Flat(Profile profile, string recipe) => Recipes(profile).Planned.Select(planned =>
        Variant(planned, ObjectKey.Variant(Id, recipe, planned.Name, planned.Format == "jpeg" ? "jpg" : planned.Format, KeyLayout.Flat)) with { Recipe = null }).ToList();

    /// <summary>What a worker publishes for the request.</summary>
    private static (VariantKeys Keys, List<AssetVariant> All) Publish(ReprocessRequested request, Profile? profile = null)
    {
        var recipes = Recipes(profile ?? Web);
        var keys = new VariantKeys(request, recipes);
        return (keys, recipes.Planned.Select(planned =>
            keys.Kept.SingleOrDefault(v => v.Name == planned.Name && v.Format == planned.Format) ?? Variant(planned, keys.KeyOf(planned, new RenderEffort(4, 2, 1, false)))).ToList());
    }

    private static AssetVariant Variant(PlannedVariant planned, ObjectKey key) => new()
    {
        Name = planned.Name,
        Format = planned.Format,
        ContentType = $"image/{planned.Format}",
        Width = 1,
        Height = 1,
        Bytes = 1,
        Sha256 = "00ff",
        Key = key.Value,
        Recipe = planned.Recipe,
    };

    private static ReprocessRequested Request(List<AssetVariant>? published = null, Profile? by = null, string? recipe = null, int generation = 0) => new()
    {
        AssetId = Id,
        Revision = 2,
        Attempt = 1,
        Profile = "web",
        Source = new SourceObject { Area = SourceArea.Originals, Key = "a", ETag = "e", Size = 1, ClaimedType = "image/jpeg" },
        KeyGeneration = generation,
        ShardedKeys = true,
        Published = published is null ? null : new PublishedVariants { Recipe = recipe ?? Recipes(by ?? Web).Whole, Variants = published },
    };
}
