using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Tests.Uploads;

public sealed class UploadPolicyTests
{
    private static readonly UploadRequest Good = new("cat.jpg", "image/jpeg", 1000);

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("image/png")]
    [InlineData("image/webp")]
    [InlineData("image/gif")]
    public void The_four_types_are_welcome(string type) => Code(Good with { ContentType = type }).ShouldBeNull();

    [Theory]
    [InlineData("image/svg+xml")]
    [InlineData("text/html")]
    [InlineData("text/html;image/jpeg")]
    [InlineData("image/*")]
    [InlineData("image/jpeg, image/png")]
    [InlineData("image")]
    public void Any_other_type_is_not(string type) => Code(Good with { ContentType = type }).ShouldBe("unsupported_type");

    [Fact]
    public void Only_a_client_that_cannot_tell_the_size_may_leave_it_out_and_only_if_the_operator_allows_that()
    {
        var unsized = Good with { FileSize = null };

        Code(unsized).ShouldBe("invalid_request");
        Code(unsized with { MayLackSize = true }).ShouldBeNull();
        Code(Good with { FileSize = 0, MayLackSize = true }).ShouldBe("invalid_request");
        new UploadPolicy(Options.Create(new UploadOptions { AllowUnknownSize = false })).Judge(unsized with { MayLackSize = true })
            .ShouldBeOfType<UploadRefusal.Invalid>().Errors.Keys.ShouldBe(["fileSize"]);
    }

    [Theory]
    [InlineData("IMAGE/JPEG", "a", "image/jpeg")]
    [InlineData("image/jpeg;charset=binary", "a", "image/jpeg")]
    [InlineData(" image/jpeg ; q=1;", "a.png", "image/jpeg")]
    [InlineData("image/jpg", "a", "image/jpeg")]
    [InlineData("Image/PJPEG; x=\"y;z\"", "a", "image/jpeg")]
    [InlineData("image/x-png", "a", "image/png")]
    [InlineData("", "a.JPG", "image/jpeg")]
    [InlineData("  ", "holiday.photo.jpeg", "image/jpeg")]
    [InlineData("application/octet-stream", "a.png", "image/png")]
    [InlineData("Application/Octet-Stream; x=y", "a.webp", "image/webp")]
    [InlineData("", "a.gif", "image/gif")]
    [InlineData("", "scan.jfif", "image/jpeg")]
    public void A_type_is_compared_as_the_standard_says_and_where_it_says_nothing_the_name_tells(string claim, string name, string type)
    {
        var request = Good with { ContentType = claim, Filename = name };

        Code(request).ShouldBeNull();
        UploadPolicy.TypeOf(request).ShouldBe(type);
    }

    [Theory]
    [InlineData("", "a", "invalid_request")]
    [InlineData(" ", "a.exe", "invalid_request")]
    [InlineData("image/jpeg\r\nX-Evil: 1", "a.jpg", "unsupported_type")]
    [InlineData("image/jpeg;\r\nX-Evil: 1", "a.jpg", "unsupported_type")]
    [InlineData("image/jpeg;x=é", "a.jpg", "unsupported_type")]
    [InlineData("", "a.heic", "unsupported_type")]
    [InlineData("application/octet-stream", "a", "unsupported_type")]
    [InlineData("application/octet-stream", "a.jpg.exe", "unsupported_type")]
    [InlineData("image/jpeg;x=0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789", "a.jpg", "invalid_request")]
    public void A_type_that_nothing_tells_or_that_is_not_allowed_is_refused(string claim, string name, string code) =>
        Code(Good with { ContentType = claim, Filename = name }).ShouldBe(code);

    [Theory]
    [InlineData("image/heic", "a.HEIC", ".heic")]
    [InlineData("image/heic", "a.heif", ".heif")]
    [InlineData("image/heif", "a", ".heif")]
    [InlineData("image/avif", "a.avif", ".avif")]
    [InlineData("image/svg+xml", "a.svgz", ".svg")]
    public void An_operator_can_allow_more(string type, string name, string extension)
    {
        var request = Good with { ContentType = type, Filename = name };
        Code(request).ShouldBe("unsupported_type");

        new UploadPolicy(Options.Create(new UploadOptions { ContentTypes = [type] })).Judge(request).ShouldBeNull();
        UploadPolicy.ExtensionFor(request).ShouldBe(extension);
    }

    [Fact]
    public void A_type_that_has_no_extension_stops_the_start()
    {
        var options = new UploadOptions { ContentTypes = ["image/png", "image/tiff", "IMAGE/JPEG"] };

        options.Validate(new ValidationContext(options)).Count().ShouldBe(2);
    }

    [Theory]
    [InlineData(0.0, 1.0, "")]
    [InlineData(-0.001, 0.5, "focalPoint.x")]
    [InlineData(0.5, 1.001, "focalPoint.y")]
    [InlineData(double.NaN, double.PositiveInfinity, "focalPoint.x focalPoint.y")]
    [InlineData(null, 0.5, "focalPoint.x")]
    [InlineData(null, null, "focalPoint.x focalPoint.y")]
    public void A_focal_point_lies_within_the_image(double? x, double? y, string wrong)
    {
        var errors = (Judge(Good with { FocalPoint = new FocalPointRequest(x, y) }) as UploadRefusal.Invalid)?.Errors;

        string.Join(' ', errors?.Keys ?? []).ShouldBe(wrong);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(10 * 1024 * 1024, null)]
    [InlineData((10 * 1024 * 1024) + 1, "too_large")]
    [InlineData(long.MaxValue, "too_large")]
    [InlineData(0, "invalid_request")]
    [InlineData(long.MinValue, "invalid_request")]
    public void A_file_has_at_least_one_byte_and_at_most_the_configured_number(long size, string? code) =>
        Code(Good with { FileSize = size }).ShouldBe(code);

    [Fact]
    public void All_that_is_wrong_is_told_at_once_by_field()
    {
        Judge(new UploadRequest(null, " ", null, "12", "huge")).ShouldBeOfType<UploadRefusal.Invalid>().Errors.Keys
            .ShouldBe(["filename", "contentType", "fileSize", "sha256", "profile"], ignoreOrder: true);
    }

    [Fact]
    public void A_hash_is_64_hex_digits_in_either_case()
    {
        Code(Good with { Sha256 = new string('a', 64) }).ShouldBeNull();
        Code(Good with { Sha256 = new string('A', 64) }).ShouldBeNull();
        Code(Good with { Sha256 = new string('g', 64) }).ShouldBe("invalid_request");
        Code(Good with { Sha256 = new string('٣', 64) }).ShouldBe("invalid_request", "digits of another script");
    }

    [Theory]
    [InlineData("cat.jpg", "image/jpeg", ".jpg")]
    [InlineData("cat.JPEG", "image/jpeg", ".jpeg")]
    [InlineData("cat.png", "image/jpeg", ".jpg")]
    [InlineData("cat", "image/png", ".png")]
    [InlineData("cat.exe", "image/gif", ".gif")]
    [InlineData("cat.jpg/..", "image/webp", ".webp")]
    [InlineData(".jpeg", "image/jpeg", ".jpeg")]
    public void The_key_ends_in_the_files_own_extension_only_where_it_fits_the_type(string name, string type, string extension) =>
        UploadPolicy.ExtensionFor(new UploadRequest(name, type, 1)).ShouldBe(extension);

    private static UploadRefusal? Judge(UploadRequest request) =>
        new UploadPolicy(Options.Create(new UploadOptions())).Judge(request);

    private static string? Code(UploadRequest request) => Judge(request) is { } refusal ? (string?)Problem.Of(refusal).Extensions["code"] : null;
}
