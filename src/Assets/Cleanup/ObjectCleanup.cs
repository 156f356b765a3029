using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Cleanup;

/// <summary>Claims the assets whose cleanup is due, and cleans up several at once.</summary>
public sealed class ObjectCleanup(
    AssetDbContext db, AssetStore store, IServiceScopeFactory scopes, IOptions<CleanupOptions> options, TimeProvider time, CleanupPosition? position = null) : ISweep
{
    // Keeps other instances off a row; when it ends, another instance resumes the work of one that died.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var most = options.Value.Concurrency;
        await Parallel.ForEachAsync(ClaimAsync(most, cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = most, CancellationToken = cancellationToken }, CleanAsync);
    }

    private async IAsyncEnumerable<Asset> ClaimAsync(int atOnce, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Rows that become due meanwhile wait for the next run, so that a row that changes constantly cannot keep this run going.
        var start = time.GetUtcNow();
        var begin = position?.Start() ?? DateTimeOffset.UnixEpoch;
        while (await store.ClaimAsync(db.Assets.Where(a => a.TidyAt >= begin && a.TidyAt <= start).OrderBy(a => a.TidyAt), atOnce, Claim, cancellationToken) is { Count: > 0 } claimed)
        {
            // Rows before are claimed by this run, or by another instance at the moment.
            position?.Claimed(begin);
            foreach (var asset in claimed) yield return asset;
        }

        bool Claim(Asset asset)
        {
            if (asset.TidyAt is { } due && due > begin) begin = due;
            return asset.TidyFrom(time.GetUtcNow() + Lease);
        }
    }

    // Each in a scope of its own, because a database context serves one caller at a time.
    private async ValueTask CleanAsync(Asset asset, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<AssetCleanup>().RunAsync(asset, cancellationToken);
    }
}
