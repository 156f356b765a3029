using System.Security.Cryptography;

namespace Pipeline.Storage.S3;

/// <summary>
/// What is sent: exactly as many bytes as were announced, and as often as it takes. A stream that can be wound back is sent as it is;
/// another one is put on disk first, since its hash stands in the head of the request and a second try needs the bytes again.
/// </summary>
internal sealed class S3Body : IAsyncDisposable
{
    private readonly long _start;
    private readonly bool _owned;
    private string? _md5;

    private S3Body(Stream content, bool owned) => (Content, _start, _owned) = (content, content.Position, owned);

    public Stream Content { get; }

    public static async Task<S3Body> OpenAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        if (!content.CanSeek) return new S3Body(await SpoolAsync(content, length, cancellationToken), owned: true);
        var actual = content.Length - content.Position;
        return actual == length ? new S3Body(content, owned: false) : throw Mismatch(actual, length);
    }

    /// <summary>Of all bytes, in hex. The stream is at its end afterwards.</summary>
    public async Task<string> Md5Async(CancellationToken cancellationToken)
    {
        if (_md5 is not null) return _md5;
        Rewind();
#pragma warning disable CA5351 // It guards nothing: it is what stores call the tag of an object, to compare with.
        return _md5 = Convert.ToHexStringLower(await MD5.HashDataAsync(Content, cancellationToken));
#pragma warning restore CA5351
    }

    /// <summary>To where it was given to us.</summary>
    public void Rewind() => Content.Position = _start;

    public ValueTask DisposeAsync() => _owned ? Content.DisposeAsync() : ValueTask.CompletedTask;

    private static async Task<FileStream> SpoolAsync(Stream content, long length, CancellationToken cancellationToken)
    {
        var name = $"pipeline-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        var file = new FileStream(Path.Combine(Path.GetTempPath(), name), OwnerOnly());
        var whole = false;
        try
        {
            var buffer = new byte[81_920];
            // Until the stream ends, not until there is enough: a longer one must be noticed.
            for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                if (file.Length > length) break;
            }

            if (file.Length != length) throw Mismatch(file.Length, length);
            file.Position = 0;
            whole = true;
            return file;
        }
        finally
        {
            if (!whole) await file.DisposeAsync();
        }
    }

    private static FileStreamOptions OwnerOnly()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static InvalidDataException Mismatch(long actual, long announced) => actual < announced
        ? new InvalidDataException($"{actual} of the announced {announced} bytes came.")
        : new InvalidDataException($"More than the announced {announced} bytes came.");
}
