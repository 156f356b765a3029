namespace Pipeline.Storage;

/// <summary>There is no room for the bytes. Not the client's fault: it can come again once there is.</summary>
public sealed class InsufficientStorageException(string message, Exception? innerException = null) : IOException(message, innerException)
{
    // As .NET passes them on: errno of Linux and macOS, HRESULT of Windows. Full disk, full quota.
    private static readonly int[] Full = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Whether something failed since the disk or its owner's quota is full.</summary>
    public static bool IsCause(Exception exception) => exception is InsufficientStorageException
        || (exception is IOException && Full.Contains(exception.HResult))
        || (exception.InnerException is { } inner && IsCause(inner));
}
