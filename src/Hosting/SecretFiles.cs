using Microsoft.Extensions.Configuration;

namespace Pipeline.Hosting;

/// <summary>
/// <c>JWT_SECRET_FILE=/run/secrets/jwt</c> sets <c>JWT_SECRET</c>: a secret in a file appears in no process listing and no container
/// description.
/// </summary>
public static class SecretFiles
{
    private const string Suffix = "_FILE";

    /// <summary>Adds the contents of all files that the current settings name.</summary>
    /// <exception cref="StartFaultException">A file cannot be read or is empty; all such files are reported.</exception>
    public static void AddSecretFiles(this ConfigurationManager configuration)
    {
        var (secrets, faults) = (new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase), new List<string>());
        foreach (var (key, path) in configuration.AsEnumerable().Where(pair => IsSecretFile(pair.Key) && !string.IsNullOrEmpty(pair.Value)))
        {
            try
            {
                secrets[key[..^Suffix.Length]] = File.ReadAllText(path!).Trim() is { Length: > 0 } secret ? secret : throw new InvalidDataException("it is empty");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or InvalidDataException)
            {
                faults.Add($"`{key}` names the file {path}, which cannot be used ({Why(e, path!)}): put the secret there, or correct the path");
            }
        }

        if (faults.Count > 0) throw new StartFaultException(StartExit.Misconfigured, faults);
        configuration.AddInMemoryCollection(secrets);
    }

    /// <summary>The name of the setting that a configuration key sets, directly or through a file.</summary>
    internal static string SettingOf(IConfigurationSection section) => IsSecretFile(section.Path) ? section.Key[..^Suffix.Length] : section.Key;

    // Variables of other programs may end like this too, such as SSL_CERT_FILE, so accept only keys in sections and these prefixes.
    private static bool IsSecretFile(string key) => key.EndsWith(Suffix, StringComparison.Ordinal)
        && (key.Contains(':', StringComparison.Ordinal) || key.StartsWith("JWT_", StringComparison.Ordinal) || key.StartsWith("R2_", StringComparison.Ordinal)
            || key.StartsWith("SENTRY_", StringComparison.Ordinal));

    private static string Why(Exception exception, string path) => exception switch
    {
        _ when Directory.Exists(path) => "it is a folder",
        UnauthorizedAccessException => "this user may not read it",
        FileNotFoundException or DirectoryNotFoundException => "there is none",
        InvalidDataException => exception.Message,
        _ => "it cannot be read",
    };
}
