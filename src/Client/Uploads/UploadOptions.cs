namespace Pipeline.Client;

/// <summary>How files are uploaded.</summary>
public sealed record UploadOptions
{
    /// <summary>Name of the server's profile, which defines the variants; null for its default.</summary>
    public string? Profile { get; init; }

    /// <summary>Whether the server deletes the assets some time after they are ready, unless they are kept.</summary>
    public bool Temporary { get; init; }

    /// <summary>Who sees the variants: <c>public</c> or <c>private</c>; null for the server's default.</summary>
    public string? Visibility { get; init; }

    /// <summary>Whether the arrival of a file confirms it, even if this program ends before; null for the server's default.</summary>
    public bool? AutoConfirm { get; init; }

    /// <summary>How long to wait until an asset is final, after its confirm. Null does not wait. Default 2 minutes.</summary>
    public TimeSpan? Wait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many files are uploaded at once. Default 3. A large file sends three parts at once.</summary>
    public int Concurrency { get; init; } = 3;

    /// <summary>
    /// A folder that remembers large uploads which have begun, so that the same upload continues after a crash of the program; null to begin again from the first byte.
    /// It holds ids only, no tokens and no URLs.
    /// </summary>
    public string? ResumeFolder { get; init; }

    /// <summary>Called with the progress of each file, possibly from several threads; null for none.</summary>
    public Action<UploadProgress>? Progress { get; init; }
}

/// <summary>How far a file is.</summary>
/// <param name="Path">The file.</param>
/// <param name="BytesSent">The bytes that were sent; smaller again after an attempt that failed.</param>
/// <param name="BytesTotal">The bytes of the file.</param>
/// <param name="Asset">The state of its asset, once the client waits for it.</param>
public sealed record UploadProgress(string Path, long BytesSent, long BytesTotal, Asset? Asset = null);

/// <summary>What became of a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Id">The id of its asset; null if the server made none.</param>
/// <param name="Asset">The last known state of the asset; null if the client did not wait, or not so far.</param>
/// <param name="Failure">Why the upload stopped; null if it did not. If the server rejects the file, the upload still succeeds, and the asset says why.</param>
public sealed record UploadedFile(string Path, string? Id, Asset? Asset, PipelineException? Failure);
