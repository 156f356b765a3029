using Pipeline.Cli.Output;
using Spectre.Console;

namespace Pipeline.Cli.Uploads;

/// <summary>The progress view for terminals: one line for all files and one for each file in progress.</summary>
sealed class UploadBars(ConsoleOutput output, TimeProvider time) : IUploadView
{
    // Progress comes in small blocks; more frames would not be visible.
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private long _lastFrame;

    public Task<UploadResult[]> ShowAsync(IReadOnlyList<LocalFile> files, Func<Action<UploadStep>, Task<UploadResult[]>> work)
    {
        var board = new UploadBoard(files);
        return output.Error.Live(board.Draw(output.Error.Profile.Width)).AutoClear(true).StartAsync(live => work(step =>
        {
            lock (_lock)
            {
                if (!board.Take(step) && time.GetElapsedTime(_lastFrame) < BetweenFrames) return;
                _lastFrame = time.GetTimestamp();
                live.UpdateTarget(board.Draw(output.Error.Profile.Width));
            }
        }));
    }
}
