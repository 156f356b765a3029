using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage;
using Pipeline.Storage.Costs;

namespace Pipeline.Assets.Manifests;

/// <summary>Checks that a lost table could be made again: manifests are signed, and none waits for long.</summary>
internal sealed class ManifestsCheck(AssetDbContext db, ManifestFiles files, StorageAreas areas, TimeProvider time) : IDiagnosticCheck
{
    // Has the name of a manifest, for which alone the API's key may write here, in a folder where no asset has objects.
    private static readonly ObjectKey Probe = ObjectKey.Parse($"{ObjectKey.OriginalsArea}doctor/manifest.json");

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    public string Name => "manifests";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (files.KeyId is null)
            return [Finding.Warn(Name, "No key signs manifests, so a lost table could not be made again.", "Set Manifests__SigningKey to 32 random bytes in base64, the same on all instances.")];
        if (!await WritesAsync(cancellationToken))
            return [Finding.Fail(Name, "The store refuses a manifest.", "Allow the API's key to write originals/*/manifest.json and originals/erased/*, as docs/operations.md lists its rights.")];
        var late = time.GetUtcNow() - Late;
        var waiting = await db.Assets.CountAsync(a => a.ManifestAt <= late, cancellationToken);
        return waiting == 0
            ? [Finding.Ok(Name, "No manifest waits for longer than 15 minutes.")]
            : [Finding.Warn(Name, $"{waiting} manifests wait for longer than 15 minutes.", "Look for `The manifest of asset` in the log.")];
    }

    private async Task<bool> WritesAsync(CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Check);
        try
        {
            using var content = new MemoryStream("{}"u8.ToArray(), writable: false);
            await areas.Originals.WriteAsync(Probe, content, content.Length, new WriteOptions { ContentType = SignedDocument.ContentType }, cancellationToken);
            await areas.Originals.DeleteAsync(Probe, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The check of the areas says why a store does not answer.
            return false;
        }
    }
}
