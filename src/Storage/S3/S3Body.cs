using System.Security.Cryptography;

namespace Pipeline.Storage.S3;

/// <summary>
/// A request body of exactly the announced length that can be sent several times. A seekable stream is sent as it is; any other stream is first
/// written to disk, because its hash is in the request's headers and a retry needs the bytes again.
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

    /// <summary>The MD5 of all bytes, in hex. Leaves the stream at its end.</summary>
    public async Task<string> Md5Async(CancellationToken cancellationToken)
    {
        if (_md5 is not null) return _md5;
        Rewind();
#pragma warning disable CA5351 // Not used for security: stores use MD5 as the entity tag, and it is compared with that.
        return _md5 = Convert.ToHexStringLower(await MD5.HashDataAsync(Content, cancellationToken));
#pragma warning restore CA5351
    }

    /// <summary>Rewinds the stream to its original position.</summary>
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
            // Read to the end of the stream, not only the announced length, to detect a body that is too long.
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
