using Pipeline.Cli.Output;

namespace Pipeline.Cli.Uploads;

/// <summary>A plain line for each file that is sent and for each that is over: for logs and pipes.</summary>
sealed class UploadLines(Screen screen) : IUploadView
{
    public Task<UploadResult[]> ShowAsync(IReadOnlyList<LocalFile> files, Func<Action<UploadStep>, Task<UploadResult[]>> work) => work(Show);

    private void Show(UploadStep step)
    {
        if (step is UploadStep.Confirmed) screen.Notice($"{step.File.Path}: uploaded {step.File.Length} bytes");
        if (step is UploadStep.Over { Result: { Failure: null, Asset: not null } result }) screen.Notice($"{step.File.Path}: {result.Status}");
    }
}
