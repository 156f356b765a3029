using Microsoft.Extensions.Logging;

namespace Pipeline.Bus;

/// <summary>All log messages of Bus: names of queues and counts, never message contents.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Queue}, which has no consumer, holds {Messages} messages; docs/operations.md describes what to do with them")]
    public static partial void ErrorQueueFilled(this ILogger logger, string queue, uint messages);

    [LoggerMessage(2, LogLevel.Warning, "The broker does not report the lengths of the error queues: {Why}")]
    public static partial void ErrorQueuesUnknown(this ILogger logger, string why);
}
