using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Pipeline.Imaging;
using Pipeline.Imaging.Attributions;
using Pipeline.Imaging.MetadataStripping;
using Pipeline.Imaging.Vips;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging.MetadataStripping;

/// <summary>Strips the metadata of files, and lists the rest.</summary>
internal static class Cleaned
{
    /// <summary>Tags that exiftool reports for every file: its container, and derived values.</summary>
    private static readonly string[] Structural = ["ExifTool", "System", "File", "RIFF", "Composite", "JFIF", "PNG"];

    public static byte[]? Try(ReadOnlySpan<byte> source, ImageType? type = null, Attribution? kept = null)
    {
        using var output = new MemoryStream();
        var written = CleanOriginal.TryWrite(source, type ?? ImageTypes.Sniff(source) ?? ImageType.Jpeg, output, kept);
        (output.Length > 0).ShouldBe(written);
        return written ? output.ToArray() : null;
    }

    public static byte[] Of(ReadOnlySpan<byte> source) => Try(source).ShouldNotBeNull();

    public static byte[] Of(string path) => Of(File.ReadAllBytes(path));

    public static void ShouldLookLike(this byte[] file, byte[] other)
    {
        using var image = Decode(file);
        using var expected = Decode(other);
        (image.Width, image.Height, image.Bands).ShouldBe((expected.Width, expected.Height, expected.Bands));
        image.Pixels.SequenceEqual(expected.Pixels).ShouldBeTrue("the pixels differ");
    }

    public static bool Decodes(byte[] file)
    {
        try
        {
            using var image = Decode(file);
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
    }

    /// <summary>Tags by group and name, such as <c>IFD0:Artist</c>, without those of every file.</summary>
    public static IReadOnlyList<string> Tags(string path)
    {
        using var found = JsonDocument.Parse(Photos.Metadata(path));
        return [.. found.RootElement[0].EnumerateObject().Select(tag => tag.Name)
            .Where(name => name.Contains(':') && !Structural.Contains(name.Split(':')[0]))];
    }

    public static void ShouldNotHold(this byte[] file, params string[] marks)
    {
        foreach (var mark in marks)
        {
            file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)).ShouldBe(-1, mark);
        }
    }

    private static Bitmap Decode(byte[] file)
    {
        _ = VipsRuntime.Start();
        var type = ImageTypes.Sniff(file).ShouldNotBeNull();

        // libvips keeps the address, so the bytes must stay pinned meanwhile.
        var pinned = GCHandle.Alloc(file, GCHandleType.Pinned);
        try
        {
            var (width, height, _) = VipsDecoder.ReadHeader(file, type);
            return VipsDecoder.Decode(file, type, width, height, CancellationToken.None);
        }
        finally
        {
            pinned.Free();
        }
    }
}
