using Pipeline.Cli.Api;

namespace Pipeline.Cli.Uploads;

/// <summary>What became of one file.</summary>
/// <param name="Path">The file, as it was named.</param>
/// <param name="Id">The asset, once the server has named one.</param>
/// <param name="Status">The asset's last status; or how far it came without one.</param>
/// <param name="Asset">What was seen of it last.</param>
/// <param name="Failure">Why it went no further.</param>
/// <param name="IsExisting">It was there already and was not sent.</param>
sealed record UploadResult(
    string Path, string? Id, string Status, Answer<Asset>? Asset = null, CliFailure? Failure = null, bool IsExisting = false)
{
    public const string NotUploaded = "not uploaded";

    /// <summary>The bytes arrived, but the server was not told or did not say that it knows.</summary>
    public const string NotConfirmed = "not confirmed";

    /// <summary>The server has it for good, whatever it finds in it.</summary>
    public bool IsUploaded => Status is not (NotUploaded or NotConfirmed);

    /// <summary>What this file means for the exit status.</summary>
    /// <param name="waited">Whether readiness was asked for, or only that the file is confirmed.</param>
    public int ExitCode(bool waited) => (Failure, Asset) switch
    {
        ({ } failure, _) => failure.ExitCode,
        (_, { Value.IsReady: true }) => Cli.ExitCode.Done,
        _ => waited || !IsUploaded ? Cli.ExitCode.Refused : Cli.ExitCode.Done,
    };
}
