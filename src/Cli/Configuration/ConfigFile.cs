using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Cli.Configuration;

/// <summary>What the config file can hold; any other key is refused, so that a typing error is told and not ignored.</summary>
/// <param name="Server">Base URL of the API.</param>
/// <param name="Token">Bearer token for that server.</param>
sealed record ConfigFile(string? Server = null, string? Token = null)
{
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads the file that was named, or the one at the usual place, where it may be missing.</summary>
    public static ConfigFile Read(string? named, Surroundings around, Action<string> notice)
    {
        var path = named ?? UsualPath(around);
        if (path is null || (named is null && !File.Exists(path))) return new ConfigFile();
        try
        {
            var read = JsonSerializer.Deserialize<ConfigFile>(File.ReadAllText(path), Reading) ?? new ConfigFile();
            if (read.Token is not null && OthersCanRead(path)) notice($"other users can read the token in {path}: chmod 600 {path}");
            return read;
        }
        catch (JsonException e)
        {
            // Not the exception's message: it can quote the file, and the file holds a token.
            throw CliFailure.Usage($"{path} is not a config file (line {e.LineNumber + 1}): expected {{\"server\": \"…\", \"token\": \"…\"}}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"Cannot read the config file: {e.Message}");
        }
    }

    private static string? UsualPath(Surroundings around)
    {
        var folder = around.Variable("XDG_CONFIG_HOME") ?? (around.Variable("HOME") is { } home ? Path.Combine(home, ".config") : null);
        return folder is null ? null : Path.Combine(folder, "pipeline", "config.json");
    }

    private static bool OthersCanRead(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != UnixFileMode.None;
}
