namespace Pipeline.AllInOne.Disk;

/// <summary>Logs keys and reasons; never a query, because its signature is a credential.</summary>
internal static partial class DiskStorageLog
{
    [LoggerMessage(4101, LogLevel.Information, "Refused {Method} of {Key}: {Reason}")]
    public static partial void Refused(this ILogger logger, string method, string key, string reason);
}
