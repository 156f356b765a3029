using System.Security.Cryptography;

namespace Pipeline.Client;

/// <summary>A file that can be uploaded: it exists, is readable and not empty.</summary>
/// <param name="Path">The path of the file.</param>
/// <param name="Length">Length in bytes, as announced to the server.</param>
/// <param name="ContentType">See <see cref="ContentTypes"/>.</param>
internal sealed record LocalFile(string Path, long Length, string ContentType)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public bool LooksLikeImage => ContentType.StartsWith("image/", StringComparison.Ordinal);

    /// <summary>
    /// Examines a file; null if its length is 0. Pipes and devices have length 0 and are never opened, because opening a pipe waits for its
    /// writer.
    /// </summary>
    public static LocalFile? Examine(string path)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true);
        if (new FileInfo(target?.FullName ?? path).Length == 0) return null;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        Span<byte> head = stackalloc byte[ContentTypes.HeadLength];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return stream.Length == 0 ? null : new LocalFile(path, stream.Length, ContentTypes.Of(head[..read], System.IO.Path.GetExtension(path)));
    }

    /// <summary>Opens the file at its start, for one attempt.</summary>
    public FileStream Open()
    {
        try
        {
            var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, FileOptions.Asynchronous);
            if (stream.Length == Length) return stream;
            stream.Dispose();
            throw Changed();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>SHA-256 of the file's bytes as 64 lower-case hex digits.</summary>
    public async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        await using var stream = Open();
        try
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        }
        catch (IOException e)
        {
            throw Unreadable(e);
        }
    }

    public static PipelineException Changed() =>
        new(FailureKind.File, "changed_while_uploading", "The file changed while it was being uploaded. Upload it again");

    public static PipelineException Unreadable(Exception e) =>
        new(FailureKind.File, "unreadable", "The file can no longer be read. Upload it again", e);
}
