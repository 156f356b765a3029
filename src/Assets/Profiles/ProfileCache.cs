using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Profiles;

/// <summary>
/// The current profiles, read once a second at most: each view of an asset needs them, and they change with a deployment of the workers. What this instance
/// stores itself is seen at once.
/// </summary>
public sealed class ProfileCache(TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);

    // A deployment adds one for each profile.
    private const int MostFingerprints = 10_000;

    private readonly ConcurrentDictionary<string, string> _settings = new(StringComparer.Ordinal);
    private Entry? _current;

    /// <summary>The fingerprint of each current profile, by name.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>> CurrentAsync(AssetDbContext db, CancellationToken cancellationToken)
    {
        var known = Volatile.Read(ref _current);
        if (known is not null && time.GetElapsedTime(known.ReadAt) < Life) return known.Fingerprints;
        var readAt = time.GetTimestamp();
        var read = await db.Profiles.AsNoTracking().ToDictionaryAsync(p => p.Name, p => p.Fingerprint, StringComparer.Ordinal, cancellationToken);

        // A profile that was stored during the read may be missing in it.
        Interlocked.CompareExchange(ref _current, new Entry(readAt, read), known);
        return read;
    }

    /// <summary>The hash of the settings behind each of these fingerprints, where known. It never changes.</summary>
    public async ValueTask<IReadOnlyDictionary<string, string>> SettingsAsync(AssetDbContext db, IReadOnlyCollection<string> fingerprints, CancellationToken cancellationToken)
    {
        if (fingerprints.Any(f => !_settings.ContainsKey(f)))
        {
            if (_settings.Count > MostFingerprints) _settings.Clear();
            var read = await db.ProfileFingerprints.AsNoTracking().Where(p => fingerprints.Contains(p.Fingerprint)).ToListAsync(cancellationToken);
            foreach (var row in read) _settings[row.Fingerprint] = row.Settings;
        }

        return _settings;
    }

    /// <summary>Reads the profiles again at the next question.</summary>
    public void Forget() => Interlocked.Exchange(ref _current, null);

    private sealed record Entry(long ReadAt, IReadOnlyDictionary<string, string> Fingerprints);
}
