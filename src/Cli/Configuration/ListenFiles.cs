using System.Security.Cryptography;
using System.Text;
using Pipeline.Cli.Events;

namespace Pipeline.Cli.Configuration;

/// <summary>What <c>listen</c> keeps beside the config file: the signing secret, so that it stays the same, and the cursor of each listener.</summary>
/// <param name="folder">The folder of the config file.</param>
/// <param name="notice">Called with a warning.</param>
sealed class ListenFiles(string folder, Action<string> notice)
{
    private string SecretPath => Path.Combine(folder, "listen-secret");

    /// <summary>The secret in a file that the user names, else the kept one, which is created at first.</summary>
    public SigningSecret Secret(string? named) => Guard(() =>
    {
        var path = named ?? SecretPath;
        if (named is null && !File.Exists(path))
        {
            var created = SigningSecret.Create();
            PrivateFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(created.Text)));
            return created;
        }

        if (PrivateFile.OthersCanRead(path)) notice($"other users can read the secret in {path}: chmod 600 {path}");
        return SigningSecret.Parse(File.ReadAllText(path).Trim()) ?? throw CliFailure.Usage($"{path} does not hold a signing secret: expected whsec_ and the base64 of 24 to 64 bytes");
    });

    /// <summary>The cursor after the last event that was forwarded; null if there is none.</summary>
    public string? Cursor(Uri server, Uri target) => Guard(() =>
        File.Exists(CursorPath(server, target)) && File.ReadAllText(CursorPath(server, target)).Trim() is { Length: > 0 } cursor ? cursor : null);

    public void KeepCursor(Uri server, Uri target, string cursor) => Guard(() =>
    {
        PrivateFile.Write(CursorPath(server, target), stream => stream.Write(Encoding.UTF8.GetBytes(cursor)));
        return true;
    });

    // A file for each server and program, so that several listeners do not overwrite each other. Hashed, because the URL may hold a secret.
    private string CursorPath(Uri server, Uri target) =>
        Path.Combine(folder, $"listen-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{server}\n{target}")))[..16]}");

    private static T Guard<T>(Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"Cannot read or write what listen keeps: {e.Message}");
        }
    }
}
