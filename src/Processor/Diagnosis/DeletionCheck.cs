using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage;
using Pipeline.Storage.Costs;
using Pipeline.Storage.S3;

namespace Pipeline.Processor.Diagnosis;

/// <summary>
/// Checks that the worker's key cannot delete: an attacker who breaks out of a decoder must not destroy originals. It deletes a key that never
/// existed, which a store refuses or accepts by the rights alone.
/// </summary>
internal sealed class DeletionCheck(StorageAreas areas) : IWorkerCheck
{
    private const string Fix = "Give the worker a key of its own without s3:DeleteObject, as docs/operations.md lists it. R2 has no rights below a bucket: restrict the token to the servers' addresses there.";

    public string Name => "rights of the worker's key";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (Own("originals", areas.Originals) is not S3ObjectStore) return [Finding.Skipped(Name, "This store has no keys with rights.")];
        using var cause = StoreCause.Begin(StoreCause.Check);
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        (string Area, IObjectStore Store, string Key)[] all =
            [("originals", Own("originals", areas.Originals), $"{ObjectKey.OriginalsArea}doctor/{nonce}.txt"), ("public", Own("public", areas.Public), $"{ObjectKey.PublicArea}doctor/{nonce}.txt"), ("incoming", areas.Incoming, $"{ObjectKey.IncomingArea}=doctor/{nonce}.txt")];
        var deletes = new List<string>();
        foreach (var (area, store, key) in all)
            if (await MayDeleteAsync(store, ObjectKey.Parse(key), cancellationToken))
                deletes.Add(area);
        return [deletes.Count == 0 ? Finding.Ok(Name, "It cannot delete.") : Finding.Fail(Name, $"It may delete objects in the areas {string.Join(", ", deletes)}.", Fix)];
    }

    // An area that moves has two stores, and a deletion would go to both.
    private IObjectStore Own(string area, IObjectStore store) => areas.Targets.GetValueOrDefault(area)?.Own ?? store;

    private static async Task<bool> MayDeleteAsync(IObjectStore store, ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteAsync(key, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Forbidden)
        {
            return false;
        }
    }
}
