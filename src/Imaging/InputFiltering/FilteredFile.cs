using System.Runtime.InteropServices;
using Pipeline.Imaging.Attributions;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.MetadataStripping;

namespace Pipeline.Imaging.InputFiltering;

/// <summary>
/// A file without the metadata that decoders do not need; only decoders use it. Unlike <see cref="CleanOriginal"/> it rejects nothing:
/// pixels, and data that cannot be parsed, stay as they are, so that a decoder finds the same faults as in the source.
/// </summary>
internal sealed unsafe class FilteredFile : IDisposable
{
    private void* _memory;
    private readonly int _length;

    private FilteredFile(ReadOnlySpan<byte> source, SegmentList? kept)
    {
        IsUnchanged = kept is null || kept.IsWhole(source.Length);
        if (!IsUnchanged)
        {
            // Use native memory, as for every buffer as large as a file.
            _length = checked((int)kept!.Length);
            _memory = NativeMemory.Alloc((nuint)_length);
            using var output = new UnmanagedMemoryStream((byte*)_memory, 0, _length, FileAccess.Write);
            kept.WriteTo(source, output);
        }
    }

    /// <summary>True if there was nothing to remove.</summary>
    public bool IsUnchanged { get; }

    /// <summary>Valid until disposal; empty if the file is unchanged.</summary>
    public ReadOnlySpan<byte> Bytes => new(_memory, _length);

    /// <param name="source">Any bytes.</param>
    public static FilteredFile Of(ReadOnlySpan<byte> source)
    {
        if (ImageTypes.Sniff(source) is not { } type)
        {
            return new FilteredFile(source, null);
        }

        // Decoders need only the orientation from EXIF.
        var exif = ExifBlock.Write(attribution: null, ExifFinder.Orientation(source, type));
        return new FilteredFile(source, type switch
        {
            ImageType.Jpeg => JpegInputFilter.Strip(source, exif),
            ImageType.Png => PngInputFilter.Strip(source, exif),
            ImageType.Webp => WebpInputFilter.Strip(source, exif),
            ImageType.Svg => SvgUnits.InPixels(source),
            _ => null,
        });
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
