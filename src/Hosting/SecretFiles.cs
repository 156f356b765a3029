using Microsoft.Extensions.Configuration;

namespace Pipeline.Hosting;

/// <summary>
/// <c>JWT_SECRET_FILE=/run/secrets/jwt</c> gives <c>JWT_SECRET</c>: what stands in a file is in no process listing and no container's
/// description.
/// </summary>
public static class SecretFiles
{
    private const string Suffix = "_FILE";

    /// <summary>Adds what the files hold that the settings so far name.</summary>
    /// <exception cref="StartFaultException">A file cannot be read, or holds nothing; all of them are told.</exception>
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

    /// <summary>The name of the setting that a key of a section gives, be it by a file.</summary>
    internal static string SettingOf(IConfigurationSection section) => IsSecretFile(section.Path) ? section.Key[..^Suffix.Length] : section.Key;

    // Other programs have variables that end like this, too, such as SSL_CERT_FILE: ours lie in sections or have these names.
    private static bool IsSecretFile(string key) => key.EndsWith(Suffix, StringComparison.Ordinal)
        && (key.Contains(':', StringComparison.Ordinal) || key.StartsWith("JWT_", StringComparison.Ordinal) || key.StartsWith("R2_", StringComparison.Ordinal));

    private static string Why(Exception exception, string path) => exception switch
    {
        _ when Directory.Exists(path) => "it is a folder",
        UnauthorizedAccessException => "this user may not read it",
        FileNotFoundException or DirectoryNotFoundException => "there is none",
        InvalidDataException => exception.Message,
        _ => "it cannot be read",
    };
}
