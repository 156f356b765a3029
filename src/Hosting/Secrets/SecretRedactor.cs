using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Pipeline.Hosting.Secrets;

/// <summary>
/// Last safeguard for all startup messages: hides every configuration value whose key names a secret, also percent-encoded or decoded, and the
/// passwords in addresses and connection strings. Our own messages contain no secrets; exceptions of libraries may.
/// </summary>
public sealed partial class SecretRedactor
{
    // Shorter values would match parts of ordinary words, and are not secrets.
    private const int Shortest = 4;
    private const string Mark = "***";

    private readonly List<string> _secrets;

    public SecretRedactor(IConfiguration configuration) => _secrets =
    [
        .. configuration.AsEnumerable()
            .Where(pair => !string.IsNullOrEmpty(pair.Value))
            .SelectMany(pair => Parts(pair.Key, pair.Value!))
            .SelectMany(Spellings)
            .Where(secret => secret.Length >= Shortest)
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(secret => secret.Length), // longest first, so that a part does not break up the whole
    ];

    public string Redact(string text) =>
        Address().Replace(_secrets.Aggregate(text, (left, secret) => left.Replace(secret, Mark, StringComparison.Ordinal)), $"://{Mark}@");

    /// <summary>Whether a key names a secret. Keys that name a file do not count.</summary>
    public static bool IsSecret(string key) =>
        !key.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase) && !key.EndsWith("Path", StringComparison.OrdinalIgnoreCase) && SecretName().IsMatch(key);

    private static IEnumerable<string> Parts(string key, string value)
    {
        if (IsSecret(key)) yield return value;
        if (Credentials.Find(value) is { } found)
        {
            var userAndPassword = value[found];
            yield return userAndPassword;
            if (userAndPassword.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon) yield return userAndPassword[(colon + 1)..];
        }

        foreach (var password in PasswordsOf(value)) yield return password;
    }

    // An invalid connection string is split by hand: up to the next semicolon, and up to the end.
    private static IEnumerable<string> PasswordsOf(string value)
    {
        foreach (Match match in PasswordPart().Matches(value))
        {
            yield return match.Groups["rest"].Value;
            yield return match.Groups["rest"].Value.Split(';')[0].Trim();
        }

        if (!PasswordPart().IsMatch(value) || TryParse(value) is not { } parsed) yield break;
        foreach (var key in parsed.Keys.Cast<string>().Where(IsSecret)) yield return parsed[key].ToString() ?? "";
    }

    private static DbConnectionStringBuilder? TryParse(string value)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = value };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Spellings(string secret) =>
    [
        secret, secret.Trim(), Uri.UnescapeDataString(secret), Uri.UnescapeDataString(Uri.UnescapeDataString(secret)), Uri.EscapeDataString(secret), Uri.EscapeDataString(Uri.UnescapeDataString(secret)),
        .. secret.Split('\n', StringSplitOptions.TrimEntries),
    ];

    [GeneratedRegex(@"(secret|passw|[:_]pwd|token|access_?key|api_?key|signing_?key|encryption_?key|url_?key|otlp_headers|dsn|credential)[^:]*$|^ConnectionStrings:|^RabbitMq:Uri$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"(password|pwd)\s*=\s*(?<rest>.+)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex PasswordPart();

    [GeneratedRegex(@"://[^\s/@]+@", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Address();
}
