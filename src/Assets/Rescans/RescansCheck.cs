using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Runs;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Assets.Rescans;

/// <summary>Shows whether rescans go on by themselves, and which of them wait for an operator.</summary>
internal sealed class RescansCheck(AssetDbContext db, IOptions<RescanOptions> options, TimeProvider time) : IDiagnosticCheck
{
    public string Name => "rescans";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        var paused = await db.Runs.CountAsync(r => r.Kind == RunKind.Rescan && r.State == RunState.Paused, cancellationToken);
        if (paused > 0)
            return [Finding.Warn(Name, $"{paused} rescans are paused and wait for an operator; until then their tenants have no other one.", "Find it with pipeline runs, look at its hits with pipeline runs show ID, then resume or cancel it.")];
        if (!options.Value.Enabled) return [Finding.Skipped(Name, $"They do not start by themselves: `{RescanOptions.Section}:{nameof(RescanOptions.Enabled)}` is false.")];
        var heard = time.GetUtcNow() - WorkerCapacity.Heard;
        var scanners = await db.Workers.AsNoTracking().Where(w => w.HeardAt >= heard).Select(w => w.Scanner).ToListAsync(cancellationToken);
        return scanners.Select(SignatureVersion.Of).Max() is { } newest
            ? [Finding.Ok(Name, $"The newest signatures of the workers are {newest}.")]
            : [Finding.Warn(Name, "No worker says which signatures its scanner has, so rescans do not start by themselves.", "Start a worker with clamd, with EnableVersionCommand in its clamd.conf and signatures of freshclam; or start rescans by pipeline rescan.")];
    }
}
