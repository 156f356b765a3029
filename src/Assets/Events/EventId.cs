using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Events;

/// <summary>
/// The public id of an event, the same on all roads and in all attempts: <c>evt_{subject}_{sequence}</c>. It is also the cursor of a client;
/// places in the feed would tell a client how much others upload, and they can repeat after the restore of a backup.
/// </summary>
/// <param name="Subject">The asset, batch or webhook.</param>
/// <param name="Sequence">The sequence of the event.</param>
public sealed record EventId(Guid Subject, int Sequence)
{
    private const string Prefix = "evt_";

    /// <summary>Of a client that had no event yet: it resumes before its first one. Sequences of events begin at 1.</summary>
    public bool IsStart => Sequence == 0;

    /// <summary>The time of <see cref="Start"/>.</summary>
    public DateTimeOffset StartedAt => DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(Subject.ToByteArray(bigEndian: true)) >>> 16);

    /// <summary>The id that a client without events resumes from.</summary>
    public static EventId Start(DateTimeOffset now) => new(Guid.CreateVersion7(now), 0);

    public static EventId Of(AssetEvent line) => new(line.AssetId, line.Sequence);

    public static bool TryParse(string? text, [NotNullWhen(true)] out EventId? id)
    {
        id = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal) || text.Split('_') is not [_, var subject, var sequence]) return false;
        if (!Guid.TryParseExact(subject, "N", out var guid) || !int.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;

        // Only as it is shown: the parsers also take leading zeros, capitals and bytes 0 at the end.
        id = new EventId(guid, number);
        return id.ToString() == text;
    }

    /// <summary>The delivered event with this id if the caller may see it; null for another's, an unknown and a forgotten one.</summary>
    public Task<AssetEvent?> FindAsync(AssetDbContext db, Caller caller, CancellationToken cancellationToken)
    {
        var (subject, sequence) = this;
        return db.Events.AsNoTracking().SingleOrDefaultAsync(
            e => e.AssetId == subject && e.Sequence == sequence && e.Position > 0 && e.TenantId == caller.TenantId && e.OwnerId == caller.UserId,
            cancellationToken);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Subject:N}_{Sequence}");
}
