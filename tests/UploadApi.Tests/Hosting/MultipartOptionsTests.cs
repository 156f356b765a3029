using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Uploads;
using Pipeline.Hosting;

namespace Pipeline.UploadApi.Tests.Hosting;

public sealed class MultipartOptionsTests
{
    [Fact]
    public void Large_files_come_in_parts_from_16_mib_on()
    {
        var options = Read().Multipart;

        (options.FromBytes, options.PartBytes, options.UrlKey).ShouldBe((16 * 1024 * 1024, null, null));
    }

    [Theory]
    [InlineData("FromBytes", "0", "must be 1–5368709120, was 0")]
    [InlineData("FromBytes", "much", "must be a whole number, was 'much'")]
    [InlineData("PartBytes", "5242879", "must be 5242880–5368709120, was 5242879")]
    [InlineData("UrlKey", "c2hvcnQ=", "must be 32 bytes in base64")]
    [InlineData("UrlKey", "a secret that is not base64 and must not be shown", "must be 32 bytes in base64")]
    [InlineData("PartByte", "1", "is not a known setting")]
    public void A_wrong_value_is_told_by_its_key(string key, string value, string told)
    {
        var faults = Should.Throw<OptionsValidationException>(() => Read(key, value)).Failures.ToList();

        faults.ShouldHaveSingleItem().ShouldStartWith($"`Uploads:Multipart:{key}` {told}");
        if (key == "UrlKey") faults[0].ShouldNotContain(value);
    }

    private static UploadOptions Read(string? key = null, string? value = null) => ValidatedOptions.Read<UploadOptions>(
        new ConfigurationBuilder().AddInMemoryCollection(key is null ? [] : [new($"Uploads:Multipart:{key}", value)]).Build(), UploadOptions.Section);
}
