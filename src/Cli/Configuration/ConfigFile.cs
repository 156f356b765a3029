using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pipeline.Cli.Configuration;

/// <summary>The content of the config file; unknown keys are refused, so that a typing error is reported.</summary>
/// <param name="Server">Base URL of the API.</param>
/// <param name="Token">Bearer token for that server.</param>
sealed record ConfigFile(string? Server = null, string? Token = null)
{
    public override string ToString() => $"config file for {Server}";

    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private static readonly JsonSerializerOptions Writing = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Reads the named file, or the one at the default path, which may be missing.</summary>
    public static ConfigFile Read(string? named, CliEnvironment environment, Action<string> notice)
    {
        var path = named ?? UsualPath(environment);
        if (path is null || (named is null && !File.Exists(path))) return new ConfigFile();
        try
        {
            var read = JsonSerializer.Deserialize<ConfigFile>(File.ReadAllText(path), Reading) ?? new ConfigFile();
            if (read.Token is not null && PrivateFile.OthersCanRead(path)) notice($"other users can read the token in {path}: chmod 600 {path}");
            return read;
        }
        catch (JsonException e)
        {
            // Do not show the exception's message: it may quote the file, which contains a token.
            throw CliFailure.Usage($"{path} is not a config file (line {e.LineNumber + 1}): expected {{\"server\": \"…\", \"token\": \"…\"}}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"Cannot read the config file: {e.Message}");
        }
    }

    /// <summary>The named file, or the default path.</summary>
    public static string PathOf(string? named, CliEnvironment environment) =>
        named ?? UsualPath(environment) ?? throw CliFailure.Usage("Neither XDG_CONFIG_HOME nor HOME is set: name the file with --config");

    /// <summary>The folder of the named file, or of the default path; null if there is none.</summary>
    public static string? FolderOf(string? named, CliEnvironment environment) =>
        (named ?? UsualPath(environment)) is { } path ? Path.GetDirectoryName(Path.GetFullPath(path)) : null;

    /// <summary>Writes the file atomically, readable by this user only.</summary>
    public void Write(string path)
    {
        try
        {
            PrivateFile.Write(path, stream => JsonSerializer.Serialize(stream, this, Writing));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"Cannot write the config file: {e.Message}");
        }
    }

    /// <summary>Deletes the file; false if there is none.</summary>
    public static bool Delete(string path)
    {
        try
        {
            if (!File.Exists(path)) return false;
            File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"Cannot remove the config file: {e.Message}");
        }
    }

    private static string? UsualPath(CliEnvironment environment)
    {
        // The XDG specification says to ignore relative paths.
        var folder = environment.Variable("XDG_CONFIG_HOME") is { } xdg && Path.IsPathRooted(xdg) ? xdg : (environment.Variable("HOME") is { } home ? Path.Combine(home, ".config") : null);
        return folder is null ? null : Path.Combine(folder, "pipeline", "config.json");
    }
}
