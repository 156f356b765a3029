using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Pipeline.Contracts;
using Pipeline.UploadApi.Assets;

namespace Pipeline.UploadApi.Profiles;

/// <summary>Knows what the workers make of each profile now, and so which assets would come out otherwise today.</summary>
public sealed partial class ProfileBook(AssetDbContext db, ILogger<ProfileBook> logger)
{
    // Far more than anybody configures; what is more is no configuration.
    internal const int MaxProfiles = 256;

    /// <summary>Writes down what a worker told; the later news wins.</summary>
    /// <param name="at">When it was told. Not later than now, or a worker whose clock is ahead would silence the others.</param>
    public async Task WriteAsync(ProfilesAnnounced news, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (news.Profiles.Count > MaxProfiles)
        {
            logger.ProfilesIgnored(news.Profiles.Count);
            return;
        }

        var engine = news.Engine.Length <= CurrentProfile.MaxEngine ? news.Engine : news.Engine[..CurrentProfile.MaxEngine];
        foreach (var profile in news.Profiles)
        {
            if (IsName(profile.Name) && Hex64.Is(profile.Fingerprint)) await WriteAsync(profile, engine, at, cancellationToken);
            else logger.ProfilesIgnored(1);
        }
    }

    /// <summary>The assets that are ready and were made otherwise than they would be today, or all others. Where that is unknown, it is not so.</summary>
    public IQueryable<Asset> Only(IQueryable<Asset> assets, bool stale) => assets.Where(a =>
        (a.ProfileFingerprint != null && db.Profiles.Any(p => p.Name == a.Profile && p.Fingerprint != a.ProfileFingerprint)) == stale);

    /// <summary>Which of these are stale.</summary>
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

    private async Task WriteAsync(AnnouncedProfile profile, string engine, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await TryUpdateAsync(profile, engine, at, cancellationToken)) return;

        // A tracked row that could not be written would be tried again with the next.
        db.ChangeTracker.Clear();
        db.Profiles.Add(new CurrentProfile { Name = profile.Name, Fingerprint = profile.Fingerprint, Engine = engine, AnnouncedAt = at });
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Another worker may have told of the same profile for the first time, in between. Then there is a row by now.
            db.ChangeTracker.Clear();
            if (!await TryUpdateAsync(profile, engine, at, cancellationToken)) throw;
        }
    }

    /// <returns>False if nobody has told of this profile yet.</returns>
    private async Task<bool> TryUpdateAsync(AnnouncedProfile profile, string engine, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var updated = await db.Profiles
            .Where(p => p.Name == profile.Name && p.AnnouncedAt <= at)
            .ExecuteUpdateAsync(
                p => p.SetProperty(x => x.Fingerprint, profile.Fingerprint).SetProperty(x => x.Engine, engine).SetProperty(x => x.AnnouncedAt, at),
                cancellationToken);
        return updated > 0 || await db.Profiles.AnyAsync(p => p.Name == profile.Name, cancellationToken);
    }

    [GeneratedRegex(@"\A[a-z0-9-]{1,32}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProfileName();
}
