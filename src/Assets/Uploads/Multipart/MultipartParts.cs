using Pipeline.Assets.Persistence;
using Pipeline.Storage;

namespace Pipeline.Assets.Uploads.Multipart;

/// <summary>Why a request about a multipart upload cannot be served.</summary>
public enum MultipartRefusal
{
    /// <summary>The caller has no such upload.</summary>
    NotFound,

    /// <summary>The asset is uploaded by a single PUT.</summary>
    NotMultipart,

    /// <summary>The upload was not confirmed in time.</summary>
    Expired,

    /// <summary>The file has arrived and is confirmed.</summary>
    AlreadyConfirmed,

    /// <summary>The store has neither the upload nor the file.</summary>
    Gone,
}

/// <summary>The parts of an upload, as the store has them.</summary>
/// <param name="Arrived">The parts of the right size, in the order of their numbers.</param>
/// <param name="Missing">The numbers of all others.</param>
/// <param name="IsStored">Whether the parts are one object already.</param>
/// <param name="IsGone">Whether the store has neither the upload nor the object.</param>
public sealed record PartsAtStore(IReadOnlyList<UploadedPart> Arrived, IReadOnlyList<int> Missing, bool IsStored = false, bool IsGone = false)
{
    /// <summary>Bytes of all parts that have arrived.</summary>
    public long Bytes => Arrived.Sum(part => part.Size);
}

/// <summary>Finds the multipart uploads of a caller, and asks the store for their parts.</summary>
public sealed class MultipartParts(AssetStore assets, IMultipartUploads uploads, StorageAreas areas)
{
    /// <summary>The asset with its plan, or why there is none; an asset that is not pending is returned with a refusal.</summary>
    public async Task<(Asset? Asset, PartPlan? Plan, MultipartRefusal? Refusal)> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        Judge(await assets.FindAsync(id, caller, cancellationToken));

    /// <summary>The same for a row that was read.</summary>
    public static (Asset? Asset, PartPlan? Plan, MultipartRefusal? Refusal) Judge(Asset? asset)
    {
        if (asset is null or { Status: AssetStatus.Deleted }) return (null, null, MultipartRefusal.NotFound);
        if (PartPlan.Of(asset) is not { } plan) return (asset, null, MultipartRefusal.NotMultipart);
        return (asset, plan, asset.Status switch
        {
            AssetStatus.Pending => null,
            AssetStatus.Expired => MultipartRefusal.Expired,
            _ => MultipartRefusal.AlreadyConfirmed,
        });
    }

    /// <summary>Asks the store. A part of another size than planned counts as missing, because completing with it would make another file.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="last">For a file of unknown size: the number of the last part, if the client told it.</param>
    public async Task<PartsAtStore> LookAsync(Asset asset, PartPlan plan, CancellationToken cancellationToken, int? last = null)
    {
        var key = ObjectKey.Parse(asset.IncomingKey);
        if (await uploads.ListPartsAsync(key, asset.MultipartId!, cancellationToken) is { } listed)
        {
            if (plan.IsBound)
            {
                var upToLast = listed.Where(part => last is null || part.Number <= last).ToList();
                return new PartsAtStore(upToLast, plan.MissingOf(upToLast, last));
            }

            var arrived = listed.Where(part => part.Number <= plan.Count && part.Size == plan.LengthOf(part.Number)).ToList();
            return new PartsAtStore(arrived, [.. Enumerable.Range(1, plan.Count).Except(arrived.Select(part => part.Number))]);
        }

        // Either an earlier completion lost its answer, or the upload is gone for good.
        return await areas.Incoming.HeadAsync(key, cancellationToken) is { } stored && asset.AllowsSize(stored.Size)
            ? All(plan with { FileSize = stored.Size, IsBound = false }, stored.ETag) with { IsStored = true }
            : new PartsAtStore([], [.. Enumerable.Range(1, plan.Count)], IsGone: true);
    }

    /// <summary>All parts, for an upload whose parts are one object already.</summary>
    /// <param name="plan">The parts.</param>
    /// <param name="etag">The entity tag to give to each.</param>
    public static PartsAtStore All(PartPlan plan, string etag) =>
        new([.. Enumerable.Range(1, plan.Count).Select(number => new UploadedPart(number, plan.LengthOf(number), etag))], []);
}
