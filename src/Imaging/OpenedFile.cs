using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging;

/// <summary>An inspected file. It stays open until its pixels are read, so that its header is parsed only once.</summary>
/// <param name="Source">The bytes.</param>
/// <param name="Type">Detected from the first bytes.</param>
/// <param name="Header">The opened image, before any pixel is read; null for a GIF, which libvips does not decode.</param>
/// <param name="Facts">Type and size from the header; they are within the limits.</param>
internal sealed record OpenedFile(SourceFile Source, ImageType Type, VipsImage? Header, ImageFacts Facts) : IDisposable
{
    public void Dispose()
    {
        Header?.Dispose();
        Source.Dispose();
    }
}
