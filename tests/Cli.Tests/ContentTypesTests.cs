using Pipeline.Client;

namespace Pipeline.Cli.Tests;

public sealed class ContentTypesTests
{
    [Theory]
    [InlineData("FFD8FFE0", ".png", "image/jpeg")]
    [InlineData("89504E470D0A1A0A", ".jpg", "image/png")]
    [InlineData("474946383961", "", "image/gif")]
    [InlineData("52494646000000005745425056503820", ".bin", "image/webp")]
    [InlineData("0000001C66747970617669660000", ".jpg", "image/avif")]
    [InlineData("0000001C66747970686569630000", ".jpg", "image/heic")]
    public void The_bytes_say_what_a_file_is(string head, string extension, string expected) =>
        ContentTypes.Of(Convert.FromHexString(head), extension).ShouldBe(expected);

    [Theory]
    [InlineData(".JPG", "image/jpeg")]
    [InlineData(".svg", "image/svg+xml")]
    [InlineData(".xyz", "application/octet-stream")]
    [InlineData("", "application/octet-stream")]
    public void Bytes_that_say_nothing_leave_it_to_the_extension(string extension, string expected) =>
        ContentTypes.Of("<svg"u8, extension).ShouldBe(expected);
}
