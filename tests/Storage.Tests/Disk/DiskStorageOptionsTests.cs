using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Storage.Disk;

namespace Pipeline.Storage.Tests.Disk;

public sealed class DiskStorageOptionsTests
{
    [Fact]
    public void Nothing_need_be_configured()
    {
        var options = Read();

        options.Root.ShouldBe("data/objects");
        options.BaseUrl.ShouldBe(new Uri("http://localhost:4000"));
        options.FullSigningKeyPath.ShouldBe(Path.GetFullPath("data/objects.signing-key"));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_by_the_name_of_its_key()
    {
        var told = Should.Throw<OptionsValidationException>(() => Read(("Root", " "), ("BaseUrl", "ftp://x/"), ("SigningKeyPath", " "))).Failures.ToList();

        told.Count.ShouldBe(3);
        told.ShouldContain(line => line.Contains("`Storage:Disk:Root`", StringComparison.Ordinal));
        told.ShouldContain(line => line.Contains("`Storage:Disk:BaseUrl`", StringComparison.Ordinal));
        told.ShouldContain(line => line.Contains("`Storage:Disk:SigningKeyPath`", StringComparison.Ordinal));
    }

    [Fact]
    public void The_signing_key_may_not_lie_among_the_objects()
    {
        Should.Throw<OptionsValidationException>(() => Read(("Root", "x"), ("SigningKeyPath", "x/key")));
    }

    [Fact]
    public void A_key_that_nobody_knows_is_refused()
    {
        Should.Throw<OptionsValidationException>(() => Read(("Rooot", "x"))).Message.ShouldContain("`Storage:Disk:Rooot`");
    }

    [Theory]
    [InlineData("http://host:4000", "http://host:4000/storage/public/assets/a")]
    [InlineData("https://host/pics/", "https://host/pics/storage/public/assets/a")]
    public void Public_addresses_stand_below_the_base_url(string baseUrl, string expected)
    {
        using var folder = new TestKit.TempFolder();
        using var provider = Services(("BaseUrl", baseUrl), ("Root", folder["objects"])).BuildServiceProvider();

        provider.GetRequiredService<StorageAreas>().PublicUrl(ObjectKey.Parse("assets/a")).AbsoluteUri.ShouldBe(expected);
    }

    private static DiskStorageOptions Read(params (string Key, string Value)[] settings)
    {
        using var provider = Services(settings).BuildServiceProvider();
        return provider.GetRequiredService<IOptions<DiskStorageOptions>>().Value;
    }

    private static IServiceCollection Services(params (string Key, string Value)[] settings) =>
        new ServiceCollection().AddDiskStorage(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Storage:Disk:{setting.Key}", (string?)setting.Value)))
            .Build());
}
