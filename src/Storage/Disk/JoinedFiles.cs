using Pipeline.Hosting;

namespace Pipeline.Storage.Disk;

/// <summary>Reads several files one after another as one stream, with one of them open at a time.</summary>
internal sealed class JoinedFiles(IReadOnlyList<string> paths) : ReadOnlyStream
{
    private int _next;
    private FileStream? _current;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_current is null)
            {
                if (_next == paths.Count) return 0;
                _current = new FileStream(paths[_next++], FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            }

            if (await _current.ReadAsync(buffer, cancellationToken) is > 0 and var read) return read;
            await _current.DisposeAsync();
            _current = null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _current?.Dispose();
        base.Dispose(disposing);
    }
}
