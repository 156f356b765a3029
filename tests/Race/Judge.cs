using System.Security.Cryptography;
using Pipeline.Storage;

namespace Pipeline.Race;

/// <summary>Checks the objects that a race has left in the store, without the servers.</summary>
internal sealed class Judge(StorageAreas areas)
{
    /// <summary>The outcome and its faults.</summary>
    public async Task<(string Ending, IReadOnlyList<string> Faults)> JudgeAsync(Plan plan, Guid id, AssetAnswer asset, CancellationToken cancellationToken)
    {
        var faults = asset.Status switch
        {
            "ready" => await ReadyAsync(plan, id, asset, cancellationToken),
            "rejected" => plan.MayBeRejectedAs.Contains(asset.Rejection?.Code) ? [] : [$"it may not be rejected as {asset.Rejection?.Code}"],
            _ => [$"it ended as {asset.Status} {asset.Failure?.Code}"],
        };
        var ending = asset.Status == "ready" ? asset.Sha256 == plan.First.Sha256 ? "ready as first" : "ready as second" : $"{asset.Status} {asset.Rejection?.Code}";
        return (ending, faults);
    }

    /// <summary>After all work: objects of these assets that must not be in the store.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync(IReadOnlyDictionary<Guid, bool> isReady, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (var (id, ready) in isReady)
        {
            foreach (var (store, prefix) in new[] { (areas.Originals, ObjectKey.OriginalsOf(id)), (areas.Public, ObjectKey.VariantsOf(id)) })
            {
                await foreach (var found in store.ListAsync(prefix, cancellationToken))
                {
                    if (ready && ObjectKey.IsManifest(found.Key)) continue;
                    var bytes = await ReadAsync(store, found.Key.Value, cancellationToken) ?? [];
                    if (!ready) faults.Add($"{found.Key} is of an asset that was refused");
                    if (FlatImage.Holds(bytes)) faults.Add($"{found.Key} is infected");
                    if (store == areas.Originals && prefix.StartsWith("originals/", StringComparison.Ordinal) && !found.Key.Value.EndsWith(Hash(bytes), StringComparison.Ordinal))
                        faults.Add($"{found.Key} holds other bytes than those it is named by");
                }
            }
        }

        return faults;
    }

    private async Task<IReadOnlyList<string>> ReadyAsync(Plan plan, Guid id, AssetAnswer asset, CancellationToken cancellationToken)
    {
        if (plan.MayBePublished.SingleOrDefault(image => image.Sha256 == asset.Sha256) is not { } scanned)
            return [$"its bytes are {asset.Sha256}, and not those that were confirmed"];

        var faults = new List<string>();
        if (await ReadAsync(areas.Originals, ObjectKey.Original(id, scanned.Sha256).Value, cancellationToken) is not { } original)
            faults.Add("its original was not frozen");
        else if (!original.AsSpan().SequenceEqual(scanned.Bytes))
            faults.Add("its frozen original holds other bytes than were scanned");

        if (asset.Variants is not { Count: > 0 } variants) return [.. faults, "it has no variants"];
        foreach (var variant in variants)
        {
            if (await ReadAsync(areas.Public, variant.Key, cancellationToken) is not { } bytes) faults.Add($"{variant.Key} is not there");
            else if (Hash(bytes) != variant.Sha256) faults.Add($"{variant.Key} holds other bytes than the asset says");
            else if (!Decoders.Mean(variant.Format, bytes).IsNear(scanned.Colour)) faults.Add($"{variant.Key} shows another image");
        }

        return faults;
    }

    private static async Task<byte[]?> ReadAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        await using var read = await store.ReadAsync(ObjectKey.Parse(key), ifMatch: null, cancellationToken);
        if (read is not ReadResult.Found found) return null;
        using var bytes = new MemoryStream();
        await found.Content.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
