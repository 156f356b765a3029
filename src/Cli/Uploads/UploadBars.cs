using Pipeline.Cli.Output;
using Spectre.Console;

namespace Pipeline.Cli.Uploads;

/// <summary>On a terminal: one line for all files, and below it one for each that is on its way, so that the screen is never blank and never full.</summary>
sealed class UploadBars(ConsoleOutput screen, TimeProvider time) : IUploadView
{
    // Bytes come in small blocks; a person sees no more than this.
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private long _lastFrame;

    public Task<UploadResult[]> ShowAsync(IReadOnlyList<LocalFile> files, Func<Action<UploadStep>, Task<UploadResult[]>> work)
    {
        var board = new UploadBoard(files);
        return screen.Error.Live(board.Draw(screen.Error.Profile.Width)).AutoClear(true).StartAsync(live => work(step =>
        {
            lock (_lock)
            {
                if (!board.Take(step) && time.GetElapsedTime(_lastFrame) < BetweenFrames) return;
                _lastFrame = time.GetTimestamp();
                live.UpdateTarget(board.Draw(screen.Error.Profile.Width));
            }
        }));
    }
}
