using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Storage.S3;
using Pipeline.Storage.Targets;

namespace Pipeline.Storage.Tests.S3;

/// <summary>The settings of stores to which areas move.</summary>
public sealed class S3TargetsTests
{
    private static readonly string[] Shared =
    [
        "Storage:S3:ServiceUrl=https://s3.example.com", "Storage:S3:Bucket=photos", "Storage:S3:Prefix=old", "Storage:S3:AccessKeyId=id", "Storage:S3:SecretAccessKey=the-secret",
        "Storage:S3:PublicUrl=https://old.example.com",
    ];

    private static readonly string[] R2 =
    [
        "Storage:Targets:R2:ServiceUrl=https://r2.example.com", "Storage:Targets:R2:Bucket=new-photos", "Storage:Targets:R2:AccessKeyId=other", "Storage:Targets:R2:SecretAccessKey=other-secret",
        "Storage:Targets:R2:PublicUrl=https://new.example.com",
    ];

    private static readonly ObjectKey Variant = ObjectKey.Parse("assets/ab/x/w320.webp");

    [Fact]
    public void An_area_with_a_target_is_read_from_its_own_store_until_it_is_switched()
    {
        using var provider = Provider([.. Shared, .. R2, "Storage:Areas:Public:AlsoWriteTo=r2"]);
        var (areas, sides) = (provider.GetRequiredService<StorageAreas>(), provider.GetRequiredService<AreaSides>());
        areas.TargetNames.ShouldBe(["r2"]);
        areas.Targets.Keys.ShouldBe(["public"]);
        areas.Targets["public"].ShouldSatisfyAllConditions(t => t.Name.ShouldBe("r2"), t => t.Location.ShouldBe("https://r2.example.com/new-photos/"), t => t.OwnLocation.ShouldBe("https://s3.example.com/photos/old/"));
        areas.Public.ShouldBeOfType<DoubleStore>();
        areas.Originals.ShouldBeOfType<S3ObjectStore>();
        areas.PublicUrl(Variant).AbsoluteUri.ShouldBe("https://old.example.com/old/assets/ab/x/w320.webp");

        sides.Set("public", true);
        areas.PublicUrl(Variant).AbsoluteUri.ShouldBe("https://new.example.com/assets/ab/x/w320.webp");
        areas.PublicUrls(Variant).Select(url => url.Host).ShouldBe(["new.example.com", "old.example.com"]);
        areas.Downloads.SignGet(Variant, new DownloadTerms(), TimeSpan.FromMinutes(1)).Url.AbsoluteUri.ShouldStartWith("https://r2.example.com/new-photos/assets/ab/x/w320.webp?");
        areas.Downloads.SignGet(ObjectKey.Parse("originals/ab/x/y"), new DownloadTerms(), TimeSpan.FromMinutes(1)).Url.Host.ShouldBe("s3.example.com");
    }

    [Fact]
    public void A_target_without_an_area_is_known_and_not_used()
    {
        using var provider = Provider([.. Shared, .. R2]);
        var areas = provider.GetRequiredService<StorageAreas>();
        areas.TargetNames.ShouldBe(["r2"]);
        areas.Targets.ShouldBeEmpty();
        areas.Public.ShouldBeOfType<S3ObjectStore>();
    }

    [Theory]
    [InlineData("`Storage:Areas:Public:AlsoWriteTo` must be a target of `Storage:Targets`: R2", "Storage:Areas:Public:AlsoWriteTo=r3")]
    [InlineData("`Storage:Areas:Incoming:AlsoWriteTo`", "Storage:Areas:Incoming:AlsoWriteTo=r2")]
    [InlineData("`Storage:S3:AlsoWriteTo`", "Storage:S3:AlsoWriteTo=r2")]
    [InlineData("`Storage:Targets:R2:AlsoWriteTo`", "Storage:Targets:R2:AlsoWriteTo=r2")]
    [InlineData("`Storage:Targets:R2:Buckit` is not a known setting", "Storage:Targets:R2:Buckit=x")]
    [InlineData("`Storage:Targets:R2:Bucket` is not a bucket's name", "Storage:Targets:R2:Bucket=a b")]
    [InlineData("`Storage:Targets:R2:SecretAccessKey` are missing", "Storage:Targets:R2:SecretAccessKey=")]
    [InlineData("`Storage:Targets:R2:PublicUrl` is missing", "Storage:Targets:R2:PublicUrl=", "Storage:Areas:Public:AlsoWriteTo=r2")]
    [InlineData("`Storage:Targets:same` needs a Bucket", "Storage:Targets:same:PublicUrl=https://x.example.com")]
    [InlineData("names the place where the area is already", "Storage:Targets:same:Bucket=photos", "Storage:Targets:same:Prefix=old", "Storage:Areas:Private:AlsoWriteTo=same")]
    [InlineData("a name must be 1 to 32", "Storage:Targets:a_b:Bucket=photos")]
    public void A_wrong_setting_is_named_at_the_start(string fault, params string[] settings)
    {
        var changed = settings.Select(s => s.Split('=')[0]).ToHashSet(StringComparer.Ordinal);
        using var provider = Provider([.. Shared.Concat(R2).Where(s => !changed.Contains(s.Split('=')[0])), .. settings.Where(s => !s.EndsWith('='))]);
        var thrown = Should.Throw<Exception>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        var faults = (thrown as AggregateException)?.InnerExceptions.Cast<OptionsValidationException>().SelectMany(one => one.Failures) ?? ((OptionsValidationException)thrown).Failures;
        faults.ShouldHaveSingleItem().ShouldContain(fault);
        faults.ShouldAllBe(text => !text.Contains("secret", StringComparison.Ordinal));
    }

    private static ServiceProvider Provider(string[] settings) => new ServiceCollection().AddS3Storage(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Split('=')[0], (string?)s[(s.IndexOf('=', StringComparison.Ordinal) + 1)..]))).Build()).BuildServiceProvider();
}
