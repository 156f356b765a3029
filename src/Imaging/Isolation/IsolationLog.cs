using Microsoft.Extensions.Logging;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

internal static partial class IsolationLog
{
    [LoggerMessage(EventId = 2304, Level = LogLevel.Information, Message = "Images are decoded in up to {Children} child processes with {Protection}")]
    public static partial void DecodersProtected(this ILogger logger, int children, Protection protection);

    [LoggerMessage(EventId = 2314, Level = LogLevel.Warning, Message = "Images are decoded in this process, without a sandbox, because this system is not Linux: use it for development only")]
    public static partial void DecodersUnconfined(this ILogger logger);

    [LoggerMessage(EventId = 2305, Level = LogLevel.Debug, Message = "Decoder {Process} started")]
    public static partial void DecoderStarted(this ILogger logger, int process);

    [LoggerMessage(EventId = 2306, Level = LogLevel.Warning, Message = "Decoder {Process} ended unexpectedly on an image, for the {Time}. time: {Why}")]
    public static partial void DecoderLost(this ILogger logger, int process, int time, string why);

    [LoggerMessage(EventId = 2307, Level = LogLevel.Information, Message = "Decoder {Process} exceeded the time limit on an image and was killed")]
    public static partial void DecoderLate(this ILogger logger, int process);

    [LoggerMessage(EventId = 2312, Level = LogLevel.Warning, Message = "Decoder {Process} got hardly any processor time, because this machine is overloaded; the image is tried again later")]
    public static partial void DecoderStarved(this ILogger logger, int process);

    [LoggerMessage(EventId = 2308, Level = LogLevel.Debug, Message = "Decoder {Process} wrote: {Words}")]
    public static partial void DecoderComplained(this ILogger logger, int process, string words);

    [LoggerMessage(EventId = 2309, Level = LogLevel.Warning, Message = "Decoder {Process} exited while idle; another one replaces it")]
    public static partial void DecoderGone(this ILogger logger, int process);

    [LoggerMessage(EventId = 2310, Level = LogLevel.Debug, Message = "The spare decoder failed to start")]
    public static partial void DecoderNotStartedAhead(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2311, Level = LogLevel.Error, Message = "Decoder {Process} had an unexpected error, caused by an image. Please report it: {Why}")]
    public static partial void DecoderThrew(this ILogger logger, int process, string why);
}
