namespace Pipeline.AllInOne.Disk;

/// <summary>Keys and reasons; never a query, for whoever reads it could use it.</summary>
internal static partial class DiskStorageLog
{
    [LoggerMessage(4101, LogLevel.Information, "Refused {Method} of {Key}: {Reason}")]
    public static partial void Refused(this ILogger logger, string method, string key, string reason);
}
