using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Pipeline.AllInOne.SignIn;

/// <summary>Who a token is for.</summary>
internal sealed record Person(string UserId, string? Role);

/// <summary>Keys of sign-in links, each good for one use. In memory: a restart ends them.</summary>
internal sealed class SignInLinks(TimeProvider time)
{
    /// <summary>For a person who goes from the terminal to the browser, and perhaps has a coffee in between.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private const int KeyBytes = 32;

    private readonly ConcurrentDictionary<string, (Person Person, DateTimeOffset End)> _links = new(StringComparer.Ordinal);

    /// <returns>The key, and until when it can be used.</returns>
    public (string Key, DateTimeOffset End) Make(Person person)
    {
        var now = time.GetUtcNow();
        foreach (var link in _links.Where(l => l.Value.End <= now)) _links.TryRemove(link);
        var (key, end) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes)), now + Lifetime);
        _links[key] = (person, end);
        return (key, end);
    }

    /// <returns>Whom it signs in; null if it is unknown, used or too old.</returns>
    public Person? Use(string? key) => key is not null && _links.TryRemove(key, out var link) && link.End > time.GetUtcNow() ? link.Person : null;
}
