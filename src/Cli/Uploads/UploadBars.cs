using System.Collections.Concurrent;
using Pipeline.Cli.Output;
using Spectre.Console;

namespace Pipeline.Cli.Uploads;

/// <summary>A bar for each file with percentage and bytes, on a terminal.</summary>
sealed class UploadBars(Screen screen) : IUploadView
{
    /// <summary>With more files than this, bars that are full make room.</summary>
    private const int Crowd = 10;

    private const int LongestName = 30;

    public Task<UploadResult[]> ShowAsync(IReadOnlyList<LocalFile> files, Func<Action<UploadStep>, Task<UploadResult[]>> work) =>
        screen.Error.Progress()
            .AutoClear(true)
            .HideCompleted(files.Count > Crowd)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new DownloadedColumn())
            .StartAsync(bars =>
            {
                var tasks = new ConcurrentDictionary<LocalFile, ProgressTask>(ReferenceEqualityComparer.Instance);
                return work(step => Show(step, tasks.GetOrAdd(step.File, file => bars.AddTask(Label(file), maxValue: file.Length))));
            });

    private static void Show(UploadStep step, ProgressTask bar)
    {
        switch (step)
        {
            case UploadStep.Sent sent:
                bar.Value = sent.Bytes;
                break;
            case UploadStep.Confirmed:
                bar.Description = $"{Label(step.File)} [grey]processing[/]";
                break;
            case UploadStep.Over { Result: var result }:
                bar.Description = $"{Label(step.File)} [{(result.Asset?.Value.IsReady == true ? "green" : "yellow")}]{Text(result.Status)}[/]";
                bar.StopTask();
                break;
        }
    }

    private static string Label(LocalFile file)
    {
        var name = Printable.Clean(file.Name);
        return Text(name.Length > LongestName ? $"{name[..(LongestName - 1)]}…" : name);
    }

    private static string Text(string text) => Markup.Escape(Printable.Clean(text));
}
