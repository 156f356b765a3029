using Pipeline.Cli.Output;

namespace Pipeline.Cli.Uploads;

/// <summary>Shows how uploads go on while they do.</summary>
interface IUploadView
{
    /// <summary>Runs the work and shows the steps that it tells of; they may come from several threads.</summary>
    Task<UploadResult[]> ShowAsync(IReadOnlyList<LocalFile> files, Func<Action<UploadStep>, Task<UploadResult[]>> work);
}

/// <summary>Picks what suits who is looking.</summary>
static class UploadViews
{
    public static IUploadView For(ConsoleOutput screen, TimeProvider time)
    {
        if (screen.IsLive) return new UploadBars(screen, time);
        return screen.Json || screen.Quiet ? new UploadSilence() : new UploadLines(screen);
    }

    /// <summary>For a program that reads JSON, and for who wants to hear of trouble only.</summary>
    private sealed class UploadSilence : IUploadView
    {
        public Task<UploadResult[]> ShowAsync(IReadOnlyList<LocalFile> files, Func<Action<UploadStep>, Task<UploadResult[]>> work) =>
            work(_ => { });
    }
}
