using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Tests.S3;

public sealed class S3StorageOptionsTests
{
    private static readonly (string Key, string Value)[] R2 =
    [
        ("R2_ACCOUNT_ID", "0123456789abcdef0123456789abcdef"), ("R2_ACCESS_KEY_ID", "id"), ("R2_SECRET_ACCESS_KEY", "the-secret"),
        ("R2_BUCKET_NAME", "photos"), ("R2_PUBLIC_URL", "https://img.example.com/"),
    ];

    private static readonly (string Key, string Value)[] S3 =
    [
        ("Storage:S3:ServiceUrl", "https://s3.eu-central-1.amazonaws.com"), ("Storage:S3:Region", "eu-central-1"), ("Storage:S3:Bucket", "photos"),
        ("Storage:S3:AccessKeyId", "id"), ("Storage:S3:SecretAccessKey", "the-secret"), ("Storage:S3:PublicUrl", "https://img.example.com"),
    ];

    [Fact]
    public void The_plain_names_are_enough_for_r2()
    {
        using var provider = Provider(R2);
        var areas = provider.GetRequiredService<StorageAreas>();

        areas.Signer.SignGet(ObjectKey.Parse("uploads/a.jpg"), TimeSpan.FromMinutes(1)).AbsoluteUri
            .ShouldStartWith("https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com/photos/uploads/a.jpg?");
        areas.Signer.SignGet(ObjectKey.Parse("a"), TimeSpan.FromMinutes(1)).Query.ShouldContain("%2Fauto%2Fs3%2Faws4_request");
        areas.PublicUrl(ObjectKey.Parse("assets/a.jpg")).AbsoluteUri.ShouldBe("https://img.example.com/assets/a.jpg");
    }

    [Fact]
    public void Moving_to_s3_is_a_change_of_endpoint_and_keys()
    {
        using var provider = Provider([.. S3, ("Storage:S3:ForcePathStyle", "false")]);
        var url = provider.GetRequiredService<StorageAreas>().Signer.SignGet(ObjectKey.Parse("a"), TimeSpan.FromMinutes(1));

        url.AbsoluteUri.ShouldStartWith("https://photos.s3.eu-central-1.amazonaws.com/a?");
        url.Query.ShouldContain("%2Feu-central-1%2Fs3%2F");
    }

    /// <summary>A custom domain of R2 makes a whole bucket public, so the private area must never fall into the public one.</summary>
    [Theory]
    [InlineData("photos-private", "Storage:Areas:Public:Bucket=photos-public", "R2_BUCKET_NAME=photos-private")]
    [InlineData("photos-private", "R2_BUCKET_NAME=photos-public", "Storage:Areas:Incoming:Bucket=photos-private", "Storage:Areas:Originals:Bucket=photos-private", "Storage:Areas:Originals:StorageClass=GLACIER")]
    [InlineData("other", "R2_BUCKET_NAME=photos-private", "Storage:Areas:Private:Bucket=other")]
    public void Private_variants_lie_where_the_originals_do_unless_they_have_a_bucket_of_their_own(string bucket, params string[] settings)
    {
        using var provider = Provider([.. R2.Where(s => s.Key != "R2_BUCKET_NAME"), .. settings.Select(s => (s.Split('=')[0], s.Split('=')[1]))]);
        var areas = provider.GetRequiredService<StorageAreas>();

        areas.Downloads.SignGet(ObjectKey.Parse("private/a.jpg"), new DownloadTerms(), TimeSpan.FromMinutes(1)).Url.AbsolutePath.ShouldBe($"/{bucket}/private/a.jpg");
        areas.Private.ShouldNotBeSameAs(areas.Public);
    }

    [Fact]
    public void Each_area_signs_its_own_downloads_and_the_others_sign_none()
    {
        using var provider = Provider([.. R2, ("Storage:Areas:Public:Bucket", "public-photos"), ("Storage:Areas:Originals:Prefix", "cold"), ("Storage:Areas:Incoming:Prefix", "in/")]);
        var areas = provider.GetRequiredService<StorageAreas>();
        string PathOf(string key) => areas.Downloads.SignGet(ObjectKey.Parse(key), new DownloadTerms(), TimeSpan.FromMinutes(1)).Url.AbsolutePath;

        PathOf("originals/a").ShouldBe("/photos/cold/originals/a");
        PathOf("assets/a").ShouldBe("/public-photos/assets/a");
        PathOf("private/a").ShouldBe("/photos/cold/private/a");
        areas.IncomingPrefix.ShouldBe("in/");
        foreach (var key in (string[])["uploads/a/1.jpg", "quarantine/a", "watermarks/a", "a"]) Should.Throw<ArgumentException>(() => PathOf(key));
    }

    [Fact]
    public void Without_anything_all_that_is_missing_is_named()
    {
        Faults().ShouldBe(
        [
            "`R2_ACCOUNT_ID` (`Storage:S3:ServiceUrl`) is missing", "`R2_ACCESS_KEY_ID` (`Storage:S3:AccessKeyId`) is missing",
            "`R2_SECRET_ACCESS_KEY` (`Storage:S3:SecretAccessKey`) is missing", "`R2_BUCKET_NAME` (`Storage:S3:Bucket`) is missing",
            "`R2_PUBLIC_URL` (`Storage:S3:PublicUrl`) is missing",
        ]);
    }

    [Fact]
    public void For_the_rule_of_a_front_end_only_the_area_of_uploads_must_be_known()
    {
        var settings = new[] { "ServiceUrl", "Bucket", "AccessKeyId", "SecretAccessKey" }
            .Select(name => KeyValuePair.Create($"Storage:Areas:Incoming:{name}", (string?)(name == "ServiceUrl" ? "https://s3.example" : "photos")));
        using var provider = new ServiceCollection()
            .AddBucketCors(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).BuildServiceProvider();

        Should.NotThrow(provider.GetRequiredService<BucketCors>);
    }

    [Fact]
    public void An_empty_name_is_missing()
    {
        Faults([.. R2.Where(pair => pair.Key != "R2_BUCKET_NAME"), ("R2_BUCKET_NAME", " ")]).ShouldBe(["`R2_BUCKET_NAME` (`Storage:S3:Bucket`) is missing"]);
    }

    [Fact]
    public void What_every_area_has_for_itself_need_not_be_shared()
    {
        (string, string)[] each = [.. new[] { "Incoming", "Originals", "Public", "Quarantine" }.Select(area => ($"Storage:Areas:{area}:Bucket", $"bucket-{area}"))];

        Faults([.. R2.Where(pair => pair.Key != "R2_BUCKET_NAME"), .. each]).ShouldBeEmpty();
        Faults([.. R2.Where(pair => pair.Key != "R2_BUCKET_NAME"), .. each.Skip(1)]).ShouldHaveSingleItem();
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_by_the_name_of_its_key_and_no_secret_with_it()
    {
        var told = Faults(
        [
            .. R2, ("Storage:S3:ServiceUrl", "ftp://x"), ("Storage:S3:Bucket", "a b"), ("Storage:S3:Prefix", "../x"), ("Storage:S3:Retries", "99"),
            ("Storage:S3:OperationTimeout", "soon"), ("Storage:S3:SecretAccessKey", "top secret"), ("Storage:S3:Buckett", "x"),
            ("Storage:S3:StorageClass", "cold and old"), ("Storage:S3:Region", ""), ("Storage:Areas:Originals:ServiceUrl", "nowhere"),
            ("Storage:Areas:Public:ForcePathStyle", "perhaps"), ("Storage:Areas:Elsewhere:Bucket", "x"), ("Storage:Areas:Incoming:Key", "x"),
        ]);

        foreach (var key in (string[])
            [
                "S3:ServiceUrl", "S3:Bucket", "S3:Prefix", "S3:Retries", "S3:OperationTimeout", "S3:SecretAccessKey", "S3:Buckett", "S3:StorageClass", "S3:Region",
                "Areas:Originals:ServiceUrl", "Areas:Public:ForcePathStyle", "Areas:Elsewhere", "Areas:Incoming:Key",
            ])
            told.ShouldContain(line => line.Contains($"`Storage:{key}`", StringComparison.Ordinal), key);
        told.Count.ShouldBe(13);
        told.ShouldNotContain(line => line.Contains("top secret", StringComparison.Ordinal));
    }

    [Fact]
    public void An_account_that_is_none_is_told()
    {
        Faults([.. R2.Skip(1), ("R2_ACCOUNT_ID", "https://dash.cloudflare.com/x")]).ShouldContain(line => line.Contains("`R2_ACCOUNT_ID`", StringComparison.Ordinal));
    }

    [Fact]
    public void Areas_with_the_same_settings_are_one_store()
    {
        using var provider = Provider([.. R2, ("Storage:Areas:Quarantine:Bucket", "photos"), ("Storage:Areas:Originals:Region", "auto")]);
        var areas = provider.GetRequiredService<StorageAreas>();

        areas.Originals.ShouldBeSameAs(areas.Incoming);
        areas.Public.ShouldBeSameAs(areas.Incoming);
        areas.Quarantine.ShouldBeSameAs(areas.Incoming);
    }

    [Theory]
    [InlineData("ServiceUrl", "https://s3.eu-central-1.amazonaws.com")]
    [InlineData("Region", "eu-central-1")]
    [InlineData("Bucket", "cold")]
    [InlineData("Prefix", "originals")]
    [InlineData("AccessKeyId", "other")]
    [InlineData("SecretAccessKey", "other-secret")]
    [InlineData("StorageClass", "GLACIER_IR")]
    [InlineData("ForcePathStyle", "false")]
    public void An_area_with_a_setting_of_its_own_is_a_store_of_its_own(string setting, string value)
    {
        using var provider = Provider([.. R2, ($"Storage:Areas:Originals:{setting}", value)]);
        var areas = provider.GetRequiredService<StorageAreas>();

        areas.Originals.ShouldNotBeSameAs(areas.Incoming);
        areas.Public.ShouldBeSameAs(areas.Incoming);
    }

    [Theory]
    [InlineData("photos", "https://img.example.com/photos/assets/a.jpg")]
    [InlineData("/my/photos/", "https://img.example.com/my/photos/assets/a.jpg")]
    [InlineData("", "https://img.example.com/assets/a.jpg")]
    public void The_prefix_of_the_public_area_stands_in_its_addresses(string prefix, string expected)
    {
        using var provider = Provider([.. R2, ("Storage:S3:Prefix", "else"), ("Storage:Areas:Public:Prefix", prefix)]);

        provider.GetRequiredService<StorageAreas>().PublicUrl(ObjectKey.Parse("assets/a.jpg")).AbsoluteUri.ShouldBe(expected);
    }

    [Fact]
    public void Settings_that_end_up_in_a_message_hold_no_keys()
    {
        S3Server.Area.ToString().ShouldNotContain(S3Server.Area.SecretAccessKey);
        S3Server.Area.ToString().ShouldNotContain(S3Server.Area.AccessKeyId);
    }

    private static List<string> Faults(params (string Key, string Value)[] settings)
    {
        using var provider = Provider(settings);
        try
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
        catch (AggregateException e)
        {
            return [.. e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(one => one.Failures)];
        }
    }

    private static ServiceProvider Provider(params (string Key, string Value)[] settings) =>
        new ServiceCollection().AddS3Storage(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.DistinctBy(pair => pair.Key).Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            .Build()).BuildServiceProvider();
}
