using Microsoft.Extensions.Logging;

namespace Pipeline.Bus;

/// <summary>All log messages of Bus: names of queues and counts, never message contents.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Messages} messages lie in {Queue}, which nobody consumes; docs/operations.md tells what to do with them")]
    public static partial void ErrorQueueFilled(this ILogger logger, string queue, uint messages);

    [LoggerMessage(2, LogLevel.Warning, "The broker does not tell what lies in the error queues: {Why}")]
    public static partial void ErrorQueuesUnknown(this ILogger logger, string why);
}
