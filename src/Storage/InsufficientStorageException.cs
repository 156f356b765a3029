namespace Pipeline.Storage;

/// <summary>The store has too little free space. It is not the client's fault; the client may retry once there is space.</summary>
public sealed class InsufficientStorageException(string message, Exception? innerException = null) : IOException(message, innerException)
{
    // Codes as .NET reports them: errno of Linux and macOS, HRESULT of Windows; for a full disk and a full quota.
    private static readonly int[] Full = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Whether the cause of an exception is a full disk or a full quota.</summary>
    public static bool IsCause(Exception exception) => exception is InsufficientStorageException
        || (exception is IOException && Full.Contains(exception.HResult))
        || (exception.InnerException is { } inner && IsCause(inner));
}
