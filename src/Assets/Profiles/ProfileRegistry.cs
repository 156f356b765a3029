using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Profiles;

/// <summary>
/// Stores the current profiles of the workers and finds the stale assets, whose variants would come out differently today.
/// </summary>
public sealed partial class ProfileRegistry(AssetDbContext db, ILogger<ProfileRegistry> logger, ProfileCache? cache = null)
{
    private readonly ProfileCache _cache = cache ?? new ProfileCache(TimeProvider.System);

    // Far more than anyone configures; a longer list is not a real configuration.
    internal const int MaxProfiles = 256;

    /// <summary>Stores a worker's announcement; of two announcements the later one counts.</summary>
    /// <param name="at">When it was sent. Not later than now: otherwise a worker with a fast clock would suppress the announcements of
    /// others.</param>
    public async Task WriteAsync(ProfilesAnnounced message, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (message.Profiles.Count > MaxProfiles)
        {
            logger.ProfilesIgnored(message.Profiles.Count);
            return;
        }

        var engine = message.Engine.Length <= CurrentProfile.MaxEngine ? message.Engine : message.Engine[..CurrentProfile.MaxEngine];
        foreach (var profile in message.Profiles)
        {
            if (IsName(profile.Name) && Hex64.Is(profile.Fingerprint)) await WriteAsync(profile, engine, at, cancellationToken);
            else logger.ProfilesIgnored(1);
        }

        _cache.Forget();
    }

    /// <summary>The stale assets, or all others. An asset of unknown state counts as not stale.</summary>
    public IQueryable<Asset> Only(IQueryable<Asset> assets, bool stale) => assets.Where(a =>
        (a.ProfileFingerprint != null && db.Profiles.Any(p => p.Name == a.Profile && p.Fingerprint != a.ProfileFingerprint)) == stale);

    /// <summary>The assets that are stale for this reason.</summary>
    public IQueryable<Asset> Only(IQueryable<Asset> assets, StaleReason reason) => Only(db, assets, reason);

    /// <summary>The assets that are stale for this reason, or for any if it is null.</summary>
    public static IQueryable<Asset> Only(AssetDbContext db, IQueryable<Asset> assets, StaleReason? reason)
    {
        if (reason is null) return assets.Where(a => a.ProfileFingerprint != null && db.Profiles.Any(p => p.Name == a.Profile && p.Fingerprint != a.ProfileFingerprint));
        var engine = reason == StaleReason.Engine;
        return assets.Where(a => a.ProfileFingerprint != null && db.Profiles.Any(p => p.Name == a.Profile && p.Fingerprint != a.ProfileFingerprint
            && db.ProfileFingerprints.Any(made => made.Fingerprint == a.ProfileFingerprint
                && db.ProfileFingerprints.Any(now => now.Fingerprint == p.Fingerprint && now.Settings == made.Settings)) == engine));
    }

    /// <summary>Which of these assets are stale now.</summary>
    public async Task<Staleness> StalenessAsync(IReadOnlyList<Asset> assets, CancellationToken cancellationToken)
    {
        var known = assets.Where(a => a.ProfileFingerprint is not null).ToList();
        if (known.Count == 0) return Staleness.None;
        var current = await _cache.CurrentAsync(db, cancellationToken);

        // Nearly always all assets are current.
        var others = new HashSet<string>(StringComparer.Ordinal);
        foreach (var asset in known)
            if (current.TryGetValue(asset.Profile, out var now) && now != asset.ProfileFingerprint) others.UnionWith([now, asset.ProfileFingerprint!]);
        return new Staleness(current, others.Count == 0 ? Staleness.Unknown : await _cache.SettingsAsync(db, others, cancellationToken));
    }

    internal static bool IsName(string? text) => text is not null && ProfileName().IsMatch(text);

    // One statement for each row, because many workers may announce a new profile at once.
    private async Task WriteAsync(AnnouncedProfile profile, string engine, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // First, so that no asset counts as stale by settings between the two statements.
        if (Hex64.Is(profile.SettingsFingerprint))
        {
            var variants = ProfileVariants.ToJson(profile.Variants);
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO profile_fingerprints AS known ("Fingerprint", "Settings", "Variants") VALUES ({profile.Fingerprint}, {profile.SettingsFingerprint}, {variants})
                ON CONFLICT ("Fingerprint") DO UPDATE SET "Variants" = excluded."Variants" WHERE known."Variants" IS NULL AND excluded."Variants" IS NOT NULL
                """, cancellationToken);
        }

        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO profiles AS known ("Name", "Fingerprint", "Engine", "AnnouncedAt")
            VALUES ({profile.Name}, {profile.Fingerprint}, {engine}, {db.Stored(at)})
            ON CONFLICT ("Name") DO UPDATE SET "Fingerprint" = excluded."Fingerprint", "Engine" = excluded."Engine", "AnnouncedAt" = excluded."AnnouncedAt"
            WHERE known."AnnouncedAt" <= excluded."AnnouncedAt"
            """, cancellationToken);
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,32}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ProfileName();
}
