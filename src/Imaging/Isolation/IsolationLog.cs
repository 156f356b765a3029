using Microsoft.Extensions.Logging;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

internal static partial class IsolationLog
{
    [LoggerMessage(EventId = 2304, Level = LogLevel.Information, Message = "Images are decoded in up to {Children} child processes with {Protection}")]
    public static partial void DecodersProtected(this ILogger logger, int children, Protection protection);

    [LoggerMessage(EventId = 2305, Level = LogLevel.Debug, Message = "Decoder {Process} started")]
    public static partial void DecoderStarted(this ILogger logger, int process);

    [LoggerMessage(EventId = 2306, Level = LogLevel.Warning, Message = "Decoder {Process} was lost over an image, for the {Time}. time: {Why}")]
    public static partial void DecoderLost(this ILogger logger, int process, int time, string why);

    [LoggerMessage(EventId = 2307, Level = LogLevel.Information, Message = "Decoder {Process} took too long over an image and was ended")]
    public static partial void DecoderLate(this ILogger logger, int process);

    [LoggerMessage(EventId = 2308, Level = LogLevel.Debug, Message = "Decoder {Process} wrote: {Words}")]
    public static partial void DecoderComplained(this ILogger logger, int process, string words);

    [LoggerMessage(EventId = 2309, Level = LogLevel.Warning, Message = "Decoder {Process} had ended by itself; another one takes its place")]
    public static partial void DecoderGone(this ILogger logger, int process);

    [LoggerMessage(EventId = 2310, Level = LogLevel.Debug, Message = "No decoder was started ahead")]
    public static partial void DecoderNotStartedAhead(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2311, Level = LogLevel.Error, Message = "Decoder {Process} met an error that nobody foresaw, and an image has caused it. Please report it: {Why}")]
    public static partial void DecoderThrew(this ILogger logger, int process, string why);
}
