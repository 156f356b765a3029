using System.Collections.Concurrent;
using Pipeline.Cli.Output;

namespace Pipeline.Cli.Uploads;

/// <summary>The progress view for logs and pipes: a plain line for each file that is sent, waits or is finished.</summary>
sealed class UploadLines(ConsoleOutput output) : IUploadView
{
    private readonly ConcurrentDictionary<string, string> _told = new(StringComparer.Ordinal);

    public Task<UploadResult[]> ShowAsync(IReadOnlyList<LocalFile> files, Func<Action<UploadStep>, Task<UploadResult[]>> work) => work(Show);

    private void Show(UploadStep step)
    {
        if (step is UploadStep.Found found) output.Notice($"{step.File.Path}: already on the server as {found.Id}");
        if (step is UploadStep.Confirmed) output.Notice($"{step.File.Path}: uploaded {step.File.Length} bytes");
        if (step is UploadStep.Seen { Asset: var asset } && WaitingView.Why(asset) is { } why) NoticeOnce(step.File, why);
        if (step is UploadStep.Over { Result: { Failure: null, Asset: not null } result }) output.Notice($"{step.File.Path}: {result.Status}");
    }

    private void NoticeOnce(LocalFile file, string why)
    {
        if (_told.TryGetValue(file.Path, out var before) && before == why) return;
        _told[file.Path] = why;
        output.Notice($"{file.Path}: waits: {why}");
    }
}
