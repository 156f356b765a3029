using System.Text;
using Microsoft.Extensions.Logging;

namespace Pipeline.Imaging.Isolation;

/// <summary>Logs the start of a decoder's standard error and discards the rest, because the text may come from a hostile file.</summary>
internal static class StderrLogger
{
    private const int MaxLogged = 4096;

    public static async Task LogAsync(Stream stream, int process, ILogger logger)
    {
        var buffer = new byte[1024];
        for (var logged = 0; ;)
        {
            int read;
            try
            {
                read = await stream.ReadAsync(buffer);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                return;
            }

            if (read == 0) return;
            if (logged < MaxLogged && logger.IsEnabled(LogLevel.Debug))
                logger.DecoderComplained(process, ReplyCheck.Sentence(Encoding.UTF8.GetString(buffer, 0, read)));
            logged = Math.Min(MaxLogged, logged + read);
        }
    }
}
