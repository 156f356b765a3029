namespace Pipeline.Client;

/// <summary>A step in the upload of a file.</summary>
internal abstract record UploadStep(LocalFile File)
{
    /// <summary>The upload begins.</summary>
    public sealed record Begun(LocalFile File) : UploadStep(File);

    /// <summary>The server already has the file's bytes, as the asset with this id.</summary>
    public sealed record Found(LocalFile File, string Id) : UploadStep(File);

    /// <summary>The number of bytes sent; 0 at the start of each attempt.</summary>
    public sealed record Sent(LocalFile File, long Bytes) : UploadStep(File);

    /// <summary>The upload is confirmed and the server processes it.</summary>
    public sealed record Confirmed(LocalFile File) : UploadStep(File);

    /// <summary>The asset's current state, after each poll.</summary>
    public sealed record Seen(LocalFile File, Asset Asset) : UploadStep(File);

    /// <summary>The upload is over.</summary>
    public sealed record Over(LocalFile File, UploadResult Result) : UploadStep(File);
}
