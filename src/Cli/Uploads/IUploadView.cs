using Pipeline.Cli.Output;

namespace Pipeline.Cli.Uploads;

/// <summary>Shows the progress of uploads.</summary>
interface IUploadView
{
    /// <summary>Runs the work and shows the steps that it reports, possibly from several threads.</summary>
    Task<UploadResult[]> ShowAsync(IReadOnlyList<LocalFile> files, Func<Action<UploadStep>, Task<UploadResult[]>> work);
}

/// <summary>Selects the view for the output: terminal, JSON, quiet or plain lines.</summary>
static class UploadViews
{
    public static IUploadView For(ConsoleOutput output, TimeProvider time)
    {
        if (output.IsLive) return new UploadBars(output, time);
        return output.Json || output.Quiet ? new UploadSilence() : new UploadLines(output);
    }

    /// <summary>Shows no progress: for <c>--json</c> and <c>--quiet</c>.</summary>
    private sealed class UploadSilence : IUploadView
    {
        public Task<UploadResult[]> ShowAsync(IReadOnlyList<LocalFile> files, Func<Action<UploadStep>, Task<UploadResult[]>> work) =>
            work(_ => { });
    }
}
