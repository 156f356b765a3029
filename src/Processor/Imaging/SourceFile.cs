using System.IO.MemoryMappedFiles;

namespace Pipeline.Processor.Imaging;

/// <summary>The bytes of a local file, mapped rather than read: a header costs a page, and nothing is copied.</summary>
internal sealed unsafe class SourceFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _bytes;

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

    /// <summary>Valid until the file is disposed of; empty for a file without bytes and for one of more than 2 GiB.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes is null ? default : new ReadOnlySpan<byte>(_bytes, (int)Length);

    public void Dispose()
    {
        if (_bytes is not null)
        {
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        _view?.Dispose();
        _file?.Dispose();
    }
}
