using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging;

/// <summary>A file that was inspected, held open until its pixels were read: its header is parsed once.</summary>
/// <param name="Source">The bytes.</param>
/// <param name="Type">By its first bytes.</param>
/// <param name="Header">The opened image, of which no pixel was read; null for a GIF, which libvips does not see.</param>
/// <param name="Facts">What the header says, within the limits.</param>
internal sealed record OpenedFile(SourceFile Source, ImageType Type, VipsImage? Header, ImageFacts Facts) : IDisposable
{
    public void Dispose()
    {
        Header?.Dispose();
        Source.Dispose();
    }
}
