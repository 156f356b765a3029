namespace Pipeline.Client;

/// <summary>Consecutive bytes of a file: the body of one request.</summary>
/// <param name="File">The file.</param>
/// <param name="From">The first byte.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="ContentType">The type to send unless the upload names one; null to send none.</param>
internal sealed record FileSlice(LocalFile File, long From, long Length, string? ContentType)
{
    public static FileSlice Whole(LocalFile file) => new(file, 0, file.Length, file.ContentType);

    /// <summary>Opens the file at the first byte, for one attempt.</summary>
    public FileStream Open()
    {
        var stream = File.Open();
        stream.Position = From;
        return stream;
    }
}
