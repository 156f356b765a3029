using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pipeline.Client;

/// <summary>
/// Remembers the uploads in parts that have begun, so that the same command continues them after a crash. A file in <c>uploads</c> beside the config
/// file holds the id of one upload; the server knows which parts it has. Its name is a hash of all that must be the same: server, user, path, size,
/// time, bytes and options. Without it an upload starts again from its first byte, so faults here are only warnings.
/// </summary>
/// <param name="folder">The folder of the config file; null if there is none.</param>
/// <param name="server">The server.</param>
/// <param name="token">Tells the user; it is not kept.</param>
/// <param name="plan">The options of the upload.</param>
/// <param name="warn">Called with a warning.</param>
internal sealed class ResumeFiles(string? folder, Uri server, string? token, UploadPlan plan, Action<string> warn)
{
    // The server gives uploads up sooner, unless its operator says otherwise.
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(30);

    private readonly string? _folder = folder is null ? null : Path.Combine(folder, "uploads");
    private readonly string _user = UserOf(token);
    private bool _warned;

    /// <summary>The id of the upload that this file began; null if there is none.</summary>
    public string? Find(LocalFile file, string sha256) => Guard(() =>
        PathOf(file, sha256) is { } path && File.Exists(path) && Guid.TryParse(File.ReadAllText(path).Trim(), out var id) ? id.ToString() : null);

    /// <summary>Remembers the upload before its first part is sent.</summary>
    public void Keep(LocalFile file, string sha256, string id) => Guard(() =>
    {
        if (PathOf(file, sha256) is not { } path) return null;
        PrivateFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(id)));
        foreach (var old in Directory.GetFiles(_folder!).Where(other => File.GetLastWriteTimeUtc(path) - File.GetLastWriteTimeUtc(other) > Forgotten)) File.Delete(old);
        return null;
    });

    /// <summary>Forgets the upload, because it is complete or cannot be continued.</summary>
    public void Forget(LocalFile file, string sha256) => Guard(() =>
    {
        if (PathOf(file, sha256) is { } path) File.Delete(path);
        return null;
    });

    private string? PathOf(LocalFile file, string sha256)
    {
        if (_folder is null) return null;
        var all = JsonSerializer.SerializeToUtf8Bytes(new[]
        {
            server.AbsoluteUri, _user, Path.GetFullPath(file.Path), $"{file.Length}", $"{File.GetLastWriteTimeUtc(file.Path).Ticks}", sha256, plan.Profile, $"{plan.Temporary}",
        });
        return Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(all)));
    }

    // Another token of the same user continues its uploads. The server checks the token; here it only names the user.
    private static string UserOf(string? token)
    {
        try
        {
            if (token?.Split('.') is [_, var payload, _]
                && JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(payload)) is JsonObject claims
                && (claims["userId"] ?? claims["sub"])?.ToString() is { } user)
                return JsonSerializer.Serialize(new[] { claims["tenant"]?.ToString() ?? "default", user });
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // A token of another kind names no user that can be read.
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token ?? "")));
    }

    private string? Guard(Func<string?> access)
    {
        try
        {
            return access();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_warned) warn($"cannot remember uploads in {_folder}, so an interrupted one starts again from its first byte: {e.Message}");
            _warned = true;
            return null;
        }
    }
}
