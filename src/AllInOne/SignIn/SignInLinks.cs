using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Pipeline.AllInOne.SignIn;

/// <summary>The user of a token.</summary>
internal sealed record Person(string UserId, string? Role);

/// <summary>Keys of sign-in links, each valid for one use. Kept in memory: a restart invalidates them.</summary>
internal sealed class SignInLinks(TimeProvider time)
{
    /// <summary>Long enough for a person to move from the terminal to the browser, with a break.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private const int KeyBytes = 32;

    private readonly ConcurrentDictionary<string, (Person Person, DateTimeOffset End)> _links = new(StringComparer.Ordinal);

    /// <returns>The key and its expiry.</returns>
    public (string Key, DateTimeOffset End) Make(Person person)
    {
        var now = time.GetUtcNow();
        foreach (var link in _links.Where(l => l.Value.End <= now)) _links.TryRemove(link);
        var (key, end) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)), now + Lifetime);
        _links[key] = (person, end);
        return (key, end);
    }

    /// <returns>The user to sign in; null if the key is unknown, used or expired.</returns>
    public Person? Use(string? key) => key is not null && _links.TryRemove(key, out var link) && link.End > time.GetUtcNow() ? link.Person : null;
}
