using System.Security.Cryptography;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Targets;

/// <summary>What happened to one object of a move.</summary>
public enum MoveResult
{
    /// <summary>Both sides hold the same bytes, or neither holds the object.</summary>
    Equal,

    /// <summary>It was copied, and its bytes were read back.</summary>
    Copied,

    /// <summary>The target lacks it.</summary>
    Missing,

    /// <summary>The sides hold different bytes.</summary>
    Differs,

    /// <summary>Only the target has it.</summary>
    Extra,

    /// <summary>Only the target had it; it is deleted there.</summary>
    Deleted,
}

/// <param name="Result">What happened.</param>
/// <param name="Bytes">Bytes that were copied.</param>
public sealed record MovedObject(MoveResult Result, long Bytes = 0);

/// <summary>What a move may change at the target.</summary>
public enum MoveMode
{
    /// <summary>Nothing.</summary>
    Compare,

    /// <summary>Copies each object that is missing or differs.</summary>
    Copy,

    /// <summary>Also deletes what only the target has.</summary>
    CopyAndDelete,
}

/// <summary>
/// Copies or compares single objects while others write and delete them on both sides, the own store first. After each change it looks at the own store
/// again, so a copy never outlives a deletion and never replaces a newer version.
/// </summary>
public sealed class ObjectMove(IObjectStore own, IObjectStore target)
{
    // More lost races in a row mean that someone writes this object all the time.
    private const int MostTries = 5;

    /// <exception cref="IOException">The object changes all the time, or the target returns other bytes than were written.</exception>
    public async Task<MovedObject> RunAsync(ObjectKey key, MoveMode mode, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var (here, there) = (await own.HeadAsync(key, cancellationToken), await target.HeadAsync(key, cancellationToken));
            if (here is null && there is null) return new MovedObject(MoveResult.Equal);
            var moved = (here, there) switch
            {
                (null, _) => await ExtraAsync(key, mode, cancellationToken),
                (_, null) => await CopyAsync(here, null, mode, cancellationToken),
                _ => await AreEqualAsync(here, there, cancellationToken) switch
                {
                    true => new MovedObject(MoveResult.Equal),
                    false => await CopyAsync(here, there, mode, cancellationToken),
                    null => null,
                },
            };
            if (moved is { } done) return done;
        }

        throw new IOException("The object changed each time that it was copied.");
    }

    /// <summary>Whether two listed objects hold the same bytes, as far as their tags say.</summary>
    public static bool LookEqual(ObjectInfo one, ObjectInfo other) => one.Size == other.Size && one.ETag.Length > 0 && one.ETag.Equals(other.ETag, StringComparison.OrdinalIgnoreCase);

    // Null if it changed meanwhile.
    private async Task<MovedObject?> ExtraAsync(ObjectKey key, MoveMode mode, CancellationToken cancellationToken)
    {
        // A deletion reaches the own store first and the target a moment later.
        await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        if (await own.HeadAsync(key, cancellationToken) is not null || await target.HeadAsync(key, cancellationToken) is null) return null;
        if (mode != MoveMode.CopyAndDelete) return new MovedObject(MoveResult.Extra);
        await target.DeleteAsync(key, cancellationToken);
        return await own.HeadAsync(key, cancellationToken) is null ? new MovedObject(MoveResult.Deleted) : null;
    }

    private async Task<MovedObject?> CopyAsync(ObjectInfo here, ObjectInfo? there, MoveMode mode, CancellationToken cancellationToken)
    {
        if (mode == MoveMode.Compare)
        {
            // A write reaches the own store first and the target a moment later.
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            if ((await own.HeadAsync(here.Key, cancellationToken))?.ETag != here.ETag || (await target.HeadAsync(here.Key, cancellationToken))?.ETag != there?.ETag) return null;
            return new MovedObject(there is null ? MoveResult.Missing : MoveResult.Differs);
        }

        await using (var read = await own.ReadAsync(here.Key, here.ETag, cancellationToken))
        {
            if (read is not ReadResult.Found found) return null;
            using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var hashed = new HashedStream(found.Content, sent);
            await using var body = await S3Body.OpenAsync(hashed, found.Info.Size, cancellationToken);
            var options = new WriteOptions { ContentType = found.Info.ContentType ?? "application/octet-stream", CacheControl = found.Info.CacheControl, Metadata = found.Info.Metadata };
            var written = await target.WriteAsync(here.Key, body.Content, found.Info.Size, options, cancellationToken);
            var (wanted, got) = (Convert.ToHexStringLower(sent.GetHashAndReset()), await HashAsync(target, here.Key, (written as WriteResult.Written)?.ETag, cancellationToken));

            // Null: a newer version was written there meanwhile, or it was deleted.
            if (got is not null && got != wanted) throw new IOException("The target returned other bytes than were written.");
            if (got is not null && (await own.HeadAsync(here.Key, cancellationToken))?.ETag == here.ETag) return new MovedObject(MoveResult.Copied, found.Info.Size);
        }

        if (await own.HeadAsync(here.Key, cancellationToken) is null) await target.DeleteAsync(here.Key, cancellationToken);
        return null;
    }

    // Null if one of them changed meanwhile. A tag that need not be an MD5 says nothing about another store's bytes, so these are read.
    private async Task<bool?> AreEqualAsync(ObjectInfo here, ObjectInfo there, CancellationToken cancellationToken)
    {
        if (here.Size != there.Size) return false;
        if (LookEqual(here, there)) return true;
        var (one, other) = (await HashAsync(own, here.Key, here.ETag, cancellationToken), await HashAsync(target, there.Key, there.ETag, cancellationToken));
        return one is null || other is null ? null : one == other;
    }

    private static async Task<string?> HashAsync(IObjectStore store, ObjectKey key, string? tag, CancellationToken cancellationToken)
    {
        await using var read = await store.ReadAsync(key, tag, cancellationToken);
        return read is ReadResult.Found found ? Convert.ToHexStringLower(await SHA256.HashDataAsync(found.Content, cancellationToken)) : null;
    }
}
