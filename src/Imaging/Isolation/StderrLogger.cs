using System.Text;
using Microsoft.Extensions.Logging;

namespace Pipeline.Imaging.Isolation;

/// <summary>What a decoder writes to its standard error: the beginning goes to the log, the rest nowhere, since the words may come from a file.</summary>
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
