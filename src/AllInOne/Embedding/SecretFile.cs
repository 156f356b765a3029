using System.Security.Cryptography;

namespace Pipeline.AllInOne.Embedding;

/// <summary>
/// A secret of this installation: generated once on this machine, so that no two installations share one, and kept in a file that only its owner
/// can read.
/// </summary>
internal static class SecretFile
{
    private const int Bytes = 32;

    public static string ReadOrMake(string path)
    {
        // A crash of an earlier version could leave an empty file.
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
            PrivateFiles.Place(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes)));
        return File.ReadAllText(path).Trim();
    }
}
