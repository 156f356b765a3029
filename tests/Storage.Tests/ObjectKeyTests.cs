namespace Pipeline.Storage.Tests;

public sealed class ObjectKeyTests
{
    private static readonly byte[] Nonce = [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../a")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData("a/..")]
    [InlineData("a/.hidden")]
    [InlineData("a\\..\\b")]
    [InlineData("C:\\a")]
    [InlineData("a/%2e%2e/b")]
    [InlineData("a/..%2fb")]
    [InlineData("a\0b")]
    [InlineData("a\n")]
    [InlineData("a\r\nX: y")]
    [InlineData("a b")]
    [InlineData("a~meta")]
    [InlineData("~tmp/x")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a;b")]
    [InlineData("$(a)")]
    [InlineData("é")]
    [InlineData("a/\u2025/b")]
    [InlineData("a/\uff0e\uff0e/b")]
    [InlineData("\u202egpj.a")]
    public void A_hostile_string_is_no_key(string? text)
    {
        ObjectKey.TryParse(text, out _).ShouldBeFalse();
        Should.Throw<FormatException>(() => ObjectKey.Parse(text!));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../../etc/passwd")]
    [InlineData("/")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("~tmp")]
    [InlineData(".")]
    [InlineData("\0")]
    [InlineData("a\r\nb")]
    [InlineData("=2F")]
    [InlineData("%2e%2e%2f")]
    [InlineData("\u2025")]
    [InlineData("Ольга")]
    [InlineData("auth0|5f7c8ec7c33c6c004bbafe82")]
    public void Whatever_a_user_is_called_the_key_stays_in_one_folder_of_theirs(string userId)
    {
        var key = ObjectKey.Incoming(userId, DateTimeOffset.UnixEpoch, Nonce, ".jpg").Value;

        var segments = key.Split('/');
        segments.Length.ShouldBe(3);
        segments[0].ShouldBe("uploads");
        segments[1].ShouldNotContain('.');
        segments[2].ShouldBe("0-0102030405060708.jpg");
        ObjectKey.TryParse(key, out _).ShouldBeTrue();
    }

    [Fact]
    public void Two_users_never_share_a_folder()
    {
        string[] users = ["a/b", "a=2Fb", "a%2Fb", "a", "A", "a.", "a ", "=61", "a\0"];

        users.Select(user => ObjectKey.Incoming(user, DateTimeOffset.UnixEpoch, Nonce, ".jpg").Value).Distinct().Count().ShouldBe(users.Length);
    }

    [Fact]
    public void Objects_of_an_asset_lie_below_two_hex_digits_of_the_random_end_of_its_id()
    {
        var id = Guid.Parse("01935b1e-0000-7000-8000-0000000000ab");

        ObjectKey.Variant(id, "00ff-2", "w640", "jpg").Value.ShouldBe("assets/ab/01935b1e-0000-7000-8000-0000000000ab/00ff-2/w640.jpg");
        ObjectKey.Original(id, "11ee").Value.ShouldBe("originals/ab/01935b1e-0000-7000-8000-0000000000ab/11ee");
        ObjectKey.Original(id, "11ee", generation: 3).Value.ShouldBe("originals/ab/01935b1e-0000-7000-8000-0000000000ab/11ee-3");
    }

    [Fact]
    public void Objects_of_earlier_versions_lie_without_the_digits()
    {
        var id = Guid.Parse("01935b1e-0000-7000-8000-0000000000ab");

        ObjectKey.Variant(id, "00ff", "w640", "jpg", KeyLayout.Flat).Value.ShouldBe("assets/01935b1e-0000-7000-8000-0000000000ab/00ff/w640.jpg");
        ObjectKey.Original(id, "11ee", layout: KeyLayout.Flat).Value.ShouldBe("originals/01935b1e-0000-7000-8000-0000000000ab/11ee");
    }

    [Theory]
    [InlineData("assets/ab/01935b1e-0000-7000-8000-0000000000ab/00ff-2/w640.jpg", "00ff-2")]
    [InlineData("assets/01935b1e-0000-7000-8000-0000000000ab/00ff/w640.jpg", "00ff")]
    [InlineData("w640.jpg", null)]
    public void The_key_of_a_variant_of_either_layout_tells_its_recipe(string key, string? recipe) => ObjectKey.RecipeIn(key).ShouldBe(recipe);

    [Theory]
    [InlineData("")]
    [InlineData("/../x")]
    [InlineData(".jpg\n")]
    public void A_user_without_a_name_or_a_hostile_extension_gives_no_key(string extension)
    {
        var userId = extension.Length == 0 ? "" : "user";

        Should.Throw<FormatException>(() => ObjectKey.Incoming(userId, DateTimeOffset.UnixEpoch, Nonce, extension));
    }

    [Fact]
    public void A_manifest_lies_beside_the_original_and_the_mark_of_an_erased_asset_lies_apart()
    {
        var id = Guid.Parse("01935b1e-0000-7000-8000-0000000000ab");
        ObjectKey.Manifest(id).Value.ShouldBe("originals/ab/01935b1e-0000-7000-8000-0000000000ab/manifest.json");
        ObjectKey.Erased(id).Value.ShouldBe("originals/erased/01935b1e-0000-7000-8000-0000000000ab.json");
        (ObjectKey.IsManifest(ObjectKey.Manifest(id)), ObjectKey.AssetOf(ObjectKey.Manifest(id))).ShouldBe((true, id));
        (ObjectKey.ErasedBy(ObjectKey.Erased(id)), ObjectKey.AssetOf(ObjectKey.Erased(id))).ShouldBe((id, (Guid?)null), "it belongs to no row");
    }

    [Theory]
    [InlineData("originals/ab/01935b1e-0000-7000-8000-0000000000ab/11ee")]
    [InlineData("originals/01935b1e-0000-7000-8000-0000000000ab/manifest.json")]
    [InlineData("originals/cd/01935b1e-0000-7000-8000-0000000000ab/manifest.json")]
    [InlineData("assets/ab/01935b1e-0000-7000-8000-0000000000ab/manifest.json")]
    [InlineData("originals/erased/01935B1E-0000-7000-8000-0000000000AB.json")]
    [InlineData("originals/erased/01935b1e-0000-7000-8000-0000000000ab")]
    [InlineData("originals/erased/json")]
    public void Keys_of_another_shape_are_neither(string key)
    {
        var parsed = ObjectKey.Parse(key);
        (ObjectKey.IsManifest(parsed), ObjectKey.ErasedBy(parsed)).ShouldBe((false, (Guid?)null));
    }
}
