using System.Globalization;
using Pipeline.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pipeline.Cli.Uploads;

/// <summary>The text of the progress view: the total progress and each file in progress. Not thread-safe.</summary>
sealed class UploadBoard(IReadOnlyList<LocalFile> files)
{
    /// <summary>More rows would not fit a small terminal.</summary>
    private const int MostRows = 8;

    private const int LongestName = 30;
    private const int BarWidth = 20;

    private readonly long _total = files.Sum(file => file.Length);
    private readonly List<Row> _rows = [];
    private long _bytesOver;
    private int _over;
    private int _notReady;

    /// <summary>Applies a step. True if it should be shown at once; false if it can wait for the next frame.</summary>
    public bool Take(UploadStep step)
    {
        if (step is UploadStep.Begun begun) _rows.Add(new Row(begun.File));
        if (_rows.Find(one => ReferenceEquals(one.File, step.File)) is not { } row) return false;
        switch (step)
        {
            case UploadStep.Sent sent:
                (row.Sent, row.State) = (sent.Bytes, "");
                return sent.Bytes == sent.File.Length;
            case UploadStep.Confirmed or UploadStep.Found:
                (row.Sent, row.State) = (row.File.Length, "processing");
                break;
            case UploadStep.Seen { Asset: var asset }:
                var state = WaitingView.Why(asset) is { } why ? $"waits: {why}" : asset.Status;
                if (row.State == state) return false;
                row.State = Printable.Clean(state);
                break;
            case UploadStep.Over over:
                _rows.Remove(row);
                _over++;
                _bytesOver += row.Sent;
                if (over.Result.Failure is not null || over.Result.Asset is { Value.IsReady: false }) _notReady++;
                break;
        }

        return true;
    }

    /// <param name="width">Width of the terminal; longer lines are cut.</param>
    public IRenderable Draw(int width)
    {
        var sent = _bytesOver + _rows.Sum(row => row.Sent);
        var errors = _notReady == 0 ? "" : $", {_notReady} not ready";
        var lines = new List<string> { $"{_over} of {files.Count} done{errors}, {Share(sent, _total)}% of {ReadableAmount.Bytes(_total)} sent" };
        var shown = _rows.Take(MostRows).Select(row => (Label: Label(row.File), Text: row.Text())).ToList();
        var labels = shown.Select(row => Width(row.Label)).DefaultIfEmpty().Max();
        lines.AddRange(shown.Select(row => $"{row.Label}{new string(' ', labels - Width(row.Label))}  {row.Text}"));
        if (_rows.Count > MostRows) lines.Add($"and {_rows.Count - MostRows} more");
        return new Text(string.Join('\n', lines.Select(line => Cut(line, width - 1))));
    }

    private static string Cut(string line, int width)
    {
        var elements = new StringInfo(line);
        return elements.LengthInTextElements <= width ? line : $"{elements.SubstringByTextElements(0, Math.Max(0, width - 1))}…";
    }

    private static int Width(string text) => new StringInfo(text).LengthInTextElements;

    private static string Label(LocalFile file)
    {
        var name = Printable.Clean(file.Name);
        return name.Length > LongestName ? $"{name[..(LongestName - 1)]}…" : name;
    }

    private static long Share(long part, long all) => part * 100 / all;

    private sealed class Row(LocalFile file)
    {
        public LocalFile File { get; } = file;

        public long Sent { get; set; }

        /// <summary>The state as text; empty while bytes are sent.</summary>
        public string State { get; set; } = "starting";

        public string Text()
        {
            if (State.Length > 0) return State;
            var full = (int)(Sent * BarWidth / File.Length);
            return $"{new string('█', full)}{new string('░', BarWidth - full)} {Share(Sent, File.Length),3}% of {ReadableAmount.Bytes(File.Length)}";
        }
    }
}
