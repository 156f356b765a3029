using System.IO.MemoryMappedFiles;
using Pipeline.Imaging.InputFiltering;

namespace Pipeline.Imaging;

/// <summary>The bytes of a local file, memory-mapped: reading a header loads one page, and nothing is copied.</summary>
internal sealed unsafe class SourceFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _bytes;
    private FilteredFile? _stripped;

    public SourceFile(string path)
    {
        Length = new FileInfo(path).Length;
        if (Length is 0 or > int.MaxValue)
        {
            return;
        }

        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _bytes);
    }

    public long Length { get; }

    /// <summary>Valid until the file is disposed; empty for an empty file and for a file of more than 2 GiB.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes is null ? default : new ReadOnlySpan<byte>(_bytes, (int)Length);

    /// <summary>
    /// The bytes that a decoder reads: pixels, colour profile and orientation, without other metadata, because the decoder would unpack or copy
    /// it needlessly. Valid until the file is disposed.
    /// </summary>
    public ReadOnlySpan<byte> ForDecoder
    {
        get
        {
            _stripped ??= FilteredFile.Of(Bytes);
            return _stripped.IsUnchanged ? Bytes : _stripped.Bytes;
        }
    }

    public void Dispose()
    {
        _stripped?.Dispose();
        if (_bytes is not null)
        {
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        _view?.Dispose();
        _file?.Dispose();
    }
}
