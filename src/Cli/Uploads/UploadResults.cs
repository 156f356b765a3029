using Pipeline.Cli.Output;

namespace Pipeline.Cli.Uploads;

/// <summary>Results of uploads as the command line shows them.</summary>
static class UploadResults
{
    /// <summary>The same result, with its failure as the command line explains it.</summary>
    /// <param name="result">The result of the client.</param>
    /// <param name="wait">How long the file was waited for.</param>
    public static UploadResult Explained(UploadResult result, TimeSpan? wait) => result.Failure switch
    {
        null => result,
        { Kind: FailureKind.NotFinished } => result with
        {
            Failure = new CliFailure(
                Cli.ExitCode.Refused,
                PipelineException.NotFinishedCode,
                $"Not finished after {wait?.TotalSeconds:0} s: {WaitingView.WhyLate(result.Asset?.Value)}. The server continues. Check it with: pipeline asset {result.Id}"),
        },
        var failure => result with { Failure = CliFailure.Of(failure) },
    };

    /// <summary>The exit code for this file.</summary>
    /// <param name="result">The result.</param>
    /// <param name="waited">Whether the file must be ready, or only confirmed.</param>
    public static int ExitCode(this UploadResult result, bool waited) => (result.Failure, result.Asset) switch
    {
        ({ } failure, _) => CliFailure.Of(failure).ExitCode,
        (_, { Value.IsReady: true }) => Cli.ExitCode.Done,
        _ => waited || !result.IsUploaded ? Cli.ExitCode.Refused : Cli.ExitCode.Done,
    };
}
