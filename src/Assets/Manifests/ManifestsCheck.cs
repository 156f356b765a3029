using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Assets.Manifests;

/// <summary>Checks that a lost table could be made again: manifests are signed, and none waits for long.</summary>
internal sealed class ManifestsCheck(AssetDbContext db, ManifestFiles files, TimeProvider time) : IDiagnosticCheck
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(15);

    public string Name => "manifests";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (files.KeyId is null)
            return [Finding.Warn(Name, "No key signs manifests, so a lost table could not be made again.", "Set Manifests__SigningKey to 32 random bytes in base64, the same on all instances.")];
        var late = time.GetUtcNow() - Late;
        var waiting = await db.Assets.CountAsync(a => a.ManifestAt <= late, cancellationToken);
        return waiting == 0
            ? [Finding.Ok(Name, "No manifest waits for longer than 15 minutes.")]
            : [Finding.Warn(Name, $"{waiting} manifests wait for longer than 15 minutes.", "Look for `The manifest of asset` in the log: uploadapi needs the right to write to the originals area.")];
    }
}
