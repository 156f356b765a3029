using System.ComponentModel.DataAnnotations;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Tests.Hosting;

/// <summary>The settings that are most often pasted incorrectly.</summary>
public sealed class AddressOptionsTests
{
    private static readonly string Secret = new('s', 32);

    [Theory]
    [InlineData("https://uploads.example.com")]
    [InlineData("http://localhost:4000/")]
    public void A_whole_address_will_do(string url) => Faults(new ApiOptions { PublicUrl = Loose(url), FrontendUrl = url }).ShouldBeEmpty();

    [Theory]
    [InlineData("https://app.example.com,https://admin.example.com/", "https://app.example.com https://admin.example.com")]
    [InlineData(" https://app.example.com/shop ; http://localhost:5173\n", "https://app.example.com http://localhost:5173")]
    [InlineData("https://APP.example.com, https://app.example.com:443", "https://app.example.com")]
    [InlineData("https://Bücher.example:8443", "https://xn--bcher-kva.example:8443")]
    [InlineData("https://user:password@app.example.com, http://[::1]:5173", "https://app.example.com http://[::1]:5173")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void There_may_be_several_front_ends(string? urls, string origins)
    {
        var options = new ApiOptions { PublicUrl = Loose("https://a.example"), FrontendUrl = urls };

        Faults(options).ShouldBeEmpty();
        string.Join(' ', options.FrontendOrigins).ShouldBe(origins);
    }

    [Theory]
    [InlineData("app.example.com")]
    [InlineData("https://app.example.com, admin.example.com")]
    [InlineData("/api")]
    [InlineData("*")]
    [InlineData("ftp://app.example.com")]
    public void A_front_end_without_its_scheme_is_told_with_how_several_are_written(string urls)
    {
        var fault = Faults(new ApiOptions { PublicUrl = Loose("https://a.example"), FrontendUrl = urls }).ShouldHaveSingleItem();

        fault.ShouldContain("FRONTEND_URL");
        fault.ShouldContain("several separated by commas");
    }

    [Theory]
    [InlineData("uploads.example.com")]
    [InlineData("/api")]
    [InlineData("")]
    [InlineData("ftp://uploads.example.com")]
    public void An_address_without_its_scheme_is_told_at_the_start_and_not_met_by_a_request(string url) =>
        Faults(new ApiOptions { PublicUrl = Loose(url) }).ShouldHaveSingleItem().ShouldContain("Api:PublicUrl");

    [Theory]
    [InlineData("login.example.com")]
    [InlineData("http://login.example.com")]
    public void An_authority_must_be_an_https_address(string url) =>
        Faults(new AuthOptions { Authority = Loose(url), Audience = "pipeline" }).ShouldHaveSingleItem().ShouldContain("Auth:Authority");

    [Fact]
    public void Tokens_are_signed_by_a_secret_or_by_an_authority_and_by_one_only()
    {
        Faults(new AuthOptions { Secret = Secret }).ShouldBeEmpty();
        Faults(new AuthOptions { Authority = Loose("https://login.example.com"), Audience = "pipeline" }).ShouldBeEmpty();
        Faults(new AuthOptions()).ShouldHaveSingleItem();
        Faults(new AuthOptions { Secret = Secret, Authority = Loose("https://login.example.com"), Audience = "pipeline" }).ShouldHaveSingleItem();
        Faults(new AuthOptions { Authority = Loose("https://login.example.com") }).ShouldHaveSingleItem().ShouldContain("Auth:Audience");
        Faults(new AuthOptions { Secret = Secret, PreviousSecret = Secret }).ShouldBeEmpty();
        Faults(new AuthOptions { Secret = Secret, PreviousSecret = "short" }).ShouldHaveSingleItem().ShouldContain("JWT_SECRET_PREVIOUS");
        Faults(new AuthOptions { Authority = Loose("https://login.example.com"), Audience = "pipeline", PreviousSecret = Secret }).ShouldHaveSingleItem().ShouldContain("JWT_SECRET_PREVIOUS");
        Faults(new AuthOptions { Secret = Secret[1..] }).ShouldHaveSingleItem().ShouldContain("JWT_SECRET");
    }

    // Bound as by the configuration binder.
    private static Uri Loose(string url) => new(url, UriKind.RelativeOrAbsolute);

    private static List<string> Faults(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(r => r.ErrorMessage!)];
    }
}
