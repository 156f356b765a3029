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
    public static void AddSecretFiles(this ConfigurationManager configuration)
    {
        var secrets = configuration.AsEnumerable()
            .Where(pair => IsSecretFile(pair.Key) && !string.IsNullOrEmpty(pair.Value))
            .ToDictionary(pair => pair.Key[..^Suffix.Length], pair => (string?)File.ReadAllText(pair.Value!).Trim(), StringComparer.OrdinalIgnoreCase);
        configuration.AddInMemoryCollection(secrets);
    }

    // Other programs have variables that end like this, too, such as SSL_CERT_FILE: ours lie in sections or have these names.
    private static bool IsSecretFile(string key) => key.EndsWith(Suffix, StringComparison.Ordinal)
        && (key.Contains(':', StringComparison.Ordinal) || key.StartsWith("JWT_", StringComparison.Ordinal) || key.StartsWith("R2_", StringComparison.Ordinal));
}
