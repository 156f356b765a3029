using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;

namespace Pipeline.Assets.Profiles;

/// <summary>
/// Stores the current profiles of the workers and finds the stale assets, whose variants would come out differently today.
/// </summary>
public sealed partial class ProfileRegistry(AssetDbContext db, ILogger<ProfileRegistry> logger)
{
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
    }

    /// <summary>The stale assets, or all others. An asset of unknown state counts as not stale.</summary>
    public IQueryable<Asset> Only(IQueryable<Asset> assets, bool stale) => assets.Where(a =>
        (a.ProfileFingerprint != null && db.Profiles.Any(p => p.Name == a.Profile && p.Fingerprint != a.ProfileFingerprint)) == stale);

    /// <summary>The ids of the stale assets among these.</summary>
    public async Task<IReadOnlySet<Guid>> StaleAsync(IReadOnlyList<Asset> assets, CancellationToken cancellationToken)
    {
        var names = assets.Where(a => a.ProfileFingerprint is not null).Select(a => a.Profile).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0) return new HashSet<Guid>();
        var current = await db.Profiles.AsNoTracking()
            .Where(p => names.Contains(p.Name))
            .ToDictionaryAsync(p => p.Name, p => p.Fingerprint, StringComparer.Ordinal, cancellationToken);
        return assets
            .Where(a => a.ProfileFingerprint is { } made && current.TryGetValue(a.Profile, out var now) && made != now)
            .Select(a => a.Id)
            .ToHashSet();
    }

    internal static bool IsName(string? text) => text is not null && ProfileName().IsMatch(text);

    // One statement, because many workers may announce a new profile at once.
    private async Task WriteAsync(AnnouncedProfile profile, string engine, DateTimeOffset at, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO profiles AS known ("Name", "Fingerprint", "Engine", "AnnouncedAt")
            VALUES ({profile.Name}, {profile.Fingerprint}, {engine}, {db.Stored(at)})
            ON CONFLICT ("Name") DO UPDATE SET "Fingerprint" = excluded."Fingerprint", "Engine" = excluded."Engine", "AnnouncedAt" = excluded."AnnouncedAt"
            WHERE known."AnnouncedAt" <= excluded."AnnouncedAt"
            """, cancellationToken);

    [GeneratedRegex(@"\A[a-z0-9-]{1,32}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ProfileName();
}
