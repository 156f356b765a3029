using System.Text;
using System.Text.RegularExpressions;
using Pipeline.Assets.Delivery;

namespace Pipeline.UploadApi.Tests.Delivery;

public sealed partial class DownloadNameTests
{
    // Whatever a row may hold: rows are older than the checks of file names, or somebody edited them.
    private static readonly string[] Pieces =
    [
        "photo", ".jpg", ".html", ".exe", "\"", "'", "\\", "/", "..", ";", "=", "%", "%0d%0a", "\r\n", "\n", "\0", "\t", "\u007f", "\u0085", "\u2028", "\u202e", "\u202a", "\u2066", "\u2069",
        "\u200f", "\ufeff", "\u00ad", "é", "e\u0301", "사진", "ñ", "👩‍👩‍👧", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "\ud800", "\udc00", " ", ".", ":", "*", "<script>", "filename=", "*=UTF-8''x", ",", "~", "\u3000", new('a', 300), new('한', 90),
    ];

    [Theory]
    [InlineData("beach.jpg", "image/jpeg", "", "beach.jpg")]
    [InlineData("BEACH.JPEG", "image/jpeg", "", "BEACH.JPEG")]
    [InlineData("beach.jpg", "image/webp", "-w640", "beach-w640.webp")]
    [InlineData("beach.png", "image/jpeg", "", "beach.png.jpg")]
    [InlineData("invoice.exe", "image/jpeg", "", "invoice.exe.jpg")]
    [InlineData("page.html", "image/jpeg", "-w320", "page.html-w320.jpg")]
    [InlineData("photo", "image/gif", "", "photo.gif")]
    [InlineData("", "image/png", "", "image.png")]
    [InlineData("...", "image/png", "", "image.png")]
    [InlineData(".htaccess", "image/png", "", "htaccess.png")]
    [InlineData("../../etc/passwd.jpg", "image/jpeg", "", "_.._etc_passwd.jpg")]
    [InlineData("photo\u202egpj.exe", "image/jpeg", "", "photogpj.exe.jpg")]
    [InlineData("a\r\nSet-Cookie: x.jpg", "image/jpeg", "", "aSet-Cookie_ x.jpg")]
    [InlineData("👩‍👩‍👧.jpg", "image/jpeg", "", "👩‍👩‍👧.jpg")]
    public void A_file_is_saved_under_its_owners_name_with_the_extension_of_its_bytes(string name, string type, string suffix, string saved) =>
        DownloadName.Of(name, type, suffix).ShouldBe(saved);

    [Fact]
    public void Quotes_and_letters_that_are_not_ASCII_stand_in_the_encoded_name_only() =>
        DownloadName.Disposition("사진 \"1\".jpg", "image/jpeg")
            .ShouldBe("attachment; filename=\"__ _1_.jpg\"; filename*=UTF-8''%EC%82%AC%EC%A7%84%20_1_.jpg");

    [Fact]
    public void A_long_name_is_cut_between_two_letters_and_keeps_its_extension()
    {
        var name = DownloadName.Of(string.Concat(Enumerable.Repeat("👩‍👩‍👧", 30)) + ".jpg", "image/jpeg");

        name.ShouldEndWith("👩‍👩‍👧.jpg");
        DownloadName.Disposition(name, "image/jpeg").Length.ShouldBeLessThan(1_400);
    }

    [Fact]
    public void No_name_ends_the_header_or_its_parts_whatever_it_holds()
    {
        var random = new Random(14);
        for (var i = 0; i < 20_000; i++)
        {
            var name = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var disposition = DownloadName.Disposition(name, random.Next(2) == 0 ? "image/jpeg" : "image/webp", random.Next(2) == 0 ? "" : "-w640");

            var match = Shape().Match(disposition);
            match.Success.ShouldBeTrue($"{Encoding.UTF8.GetByteCount(name)} bytes of name made: {disposition}");
            var saved = Uri.UnescapeDataString(match.Groups["encoded"].Value);
            saved.ShouldNotContain('\ufffd');
            saved.Any(c => char.IsControl(c) || c is '/' or '\\' or '"' or '\u202e' or '\u2066' or '\u2028').ShouldBeFalse();
            saved.ShouldNotStartWith(".");
            saved.ShouldMatch(@"\.(jpe?g|webp)\z");
        }
    }

    // RFC 6266: a quoted string without quotes and backslashes, and an ext-value of RFC 8187.
    [GeneratedRegex(@"\Aattachment; filename=""[ !#-$&-\[\]-~]+""; filename\*=UTF-8''(?<encoded>([A-Za-z0-9._~-]|%[0-9A-F]{2})+)\z", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Shape();
}
