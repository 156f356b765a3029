using System.Security.Cryptography;
using Pipeline.Hosting;

namespace Pipeline.Storage.Disk;

/// <summary>The secret that signs URLs. It is generated once and kept in a file, so that URLs survive a restart.</summary>
internal static class DiskSigningKey
{
    private const int Bytes = 32;

    /// <summary>Reads the key, or creates it if the file does not exist.</summary>
    public static byte[] LoadOrCreate(string path)
    {
        if (!File.Exists(path)) Create(path);
        var key = File.ReadAllBytes(path);
        return key.Length == Bytes ? key : throw new StartFaultException(
            StartExit.Misconfigured,
            $"`{DiskStorageOptions.Section}:{nameof(DiskStorageOptions.SigningKeyPath)}`: {path} must hold {Bytes} bytes, but holds {key.Length}: name another file, or delete this one");
    }

    private static void Create(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var staged = $"{path}.{RandomNumberGenerator.GetHexString(16)}";
        try
        {
            using (var file = new FileStream(staged, OwnerOnly()))
            {
                file.Write(RandomNumberGenerator.GetBytes(Bytes));
                file.Flush(flushToDisk: true);
            }

            // Of several processes that start at once, the first one places its key and all others read it.
            _ = DiskFolders.TryPlaceFirst(staged, path);
        }
        finally
        {
            File.Delete(staged);
        }
    }

    private static FileStreamOptions OwnerOnly()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
