using Pipeline.Cli.Api;

namespace Pipeline.Cli.Uploads;

/// <summary>Something that happened to a file on its way.</summary>
abstract record UploadStep(LocalFile File)
{
    /// <summary>It is its turn.</summary>
    public sealed record Begun(LocalFile File) : UploadStep(File);

    /// <summary>The server has its bytes already, as the asset with this id.</summary>
    public sealed record Found(LocalFile File, string Id) : UploadStep(File);

    /// <summary>So many bytes are sent; 0 at the start of each try.</summary>
    public sealed record Sent(LocalFile File, long Bytes) : UploadStep(File);

    /// <summary>The server has it and works on it.</summary>
    public sealed record Confirmed(LocalFile File) : UploadStep(File);

    /// <summary>How it stands at the server, each time that it is looked at.</summary>
    public sealed record Seen(LocalFile File, Asset Asset) : UploadStep(File);

    /// <summary>Nothing more comes for this file.</summary>
    public sealed record Over(LocalFile File, UploadResult Result) : UploadStep(File);
}
