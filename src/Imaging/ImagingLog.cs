using Microsoft.Extensions.Logging;

namespace Pipeline.Imaging;

internal static partial class ImagingLog
{
    [LoggerMessage(EventId = 2301, Level = LogLevel.Information, Message = "Images are made by {Engine}")]
    public static partial void EngineStarted(this ILogger logger, string engine);

    [LoggerMessage(EventId = 2313, Level = LogLevel.Warning, Message = "No libvips of the system is used: {Libraries}")]
    public static partial void LibrariesBundled(this ILogger logger, string libraries);

    [LoggerMessage(EventId = 2302, Level = LogLevel.Debug, Message = "The decoder refused a header: {Words}")]
    public static partial void HeaderRefused(this ILogger logger, string words);

    [LoggerMessage(EventId = 2303, Level = LogLevel.Debug, Message = "The decoder refused the pixels: {Words}")]
    public static partial void PixelsRefused(this ILogger logger, string words);

    [LoggerMessage(102, LogLevel.Information, "Removed {Folder}, which a crashed worker left behind")]
    public static partial void WorkFolderRemoved(this ILogger logger, string folder);

    [LoggerMessage(103, LogLevel.Debug, "Kept {Folder}, which another worker uses")]
    public static partial void WorkFolderInUse(this ILogger logger, string folder);
}
