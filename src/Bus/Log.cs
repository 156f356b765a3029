using Microsoft.Extensions.Logging;

namespace Pipeline.Bus;

/// <summary>All log messages of Bus: names of queues and counts, never message contents.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "{Queue}, which has no consumer, holds {Messages} messages; docs/operations.md describes what to do with them")]
    public static partial void ErrorQueueFilled(this ILogger logger, string queue, uint messages);

    [LoggerMessage(2, LogLevel.Warning, "The broker does not report the lengths of the error queues: {Why}")]
    public static partial void ErrorQueuesUnknown(this ILogger logger, string why);

    [LoggerMessage(3, LogLevel.Warning, "Notifications of the store cannot be read from the broker: {Why}. Uploads are confirmed by the sweep meanwhile")]
    public static partial void StoreEventsUnread(this ILogger logger, string why);

    [LoggerMessage(4, LogLevel.Warning, "A notification of the store was dropped: it has {Bytes} bytes")]
    public static partial void StoreEventDropped(this ILogger logger, int bytes);

    [LoggerMessage(5, LogLevel.Warning, "A notification of the store was not handled and comes again: {Why}")]
    public static partial void StoreEventFailed(this ILogger logger, string why);

    [LoggerMessage(6, LogLevel.Information, "Reads the outcome queue {Queue}")]
    public static partial void LaneRead(this ILogger logger, string queue);

    [LoggerMessage(7, LogLevel.Warning, "The outcome queues could not be looked for at the broker: {Why}")]
    public static partial void LanesUnknown(this ILogger logger, string why);

    [LoggerMessage(8, LogLevel.Warning, "`RabbitMq:OutcomeLanes` is {Wanted}, but the API has made {Found} outcome queues. This worker uses those; set the same number for the API")]
    public static partial void LanesMissing(this ILogger logger, int wanted, int found);
}
