using System.Security.Cryptography;

namespace Pipeline.AllInOne.Embedding;

/// <summary>A secret of this installation: made once by this machine, so that no two share one, and kept in a file that only its owner can read.</summary>
internal static class SecretFile
{
    private const int Bytes = 32;

    public static string ReadOrMake(string path)
    {
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var partial = $"{path}.{Guid.NewGuid():N}";
            using (var writer = new StreamWriter(partial, options))
                writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes)));
            File.Move(partial, path, overwrite: true);
        }

        return File.ReadAllText(path).Trim();
    }
}
