using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage;
using Pipeline.Storage.Costs;
using Pipeline.Storage.Targets;

namespace Pipeline.Processor.Diagnosis;

/// <summary>
/// Says to which targets this worker also writes, so that the API lets no area move before all workers do. It writes a small object below the marks of the
/// installation, which no comparison counts; the worker's key cannot delete it, so each check replaces it.
/// </summary>
internal sealed class TargetsCheck(StorageAreas areas) : IWorkerCheck
{
    private static readonly byte[] Body = "a worker may write here"u8.ToArray();

    public string Name => "targets";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Check);
        var found = new List<Finding>();
        foreach (var (area, target) in areas.Targets.OrderBy(one => one.Key, StringComparer.Ordinal)) found.Add(await CheckAsync(area, target, cancellationToken));
        return found;
    }

    private static async Task<Finding> CheckAsync(string area, AreaTarget target, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = new MemoryStream(Body, writable: false);
            await target.Store.WriteAsync(WriteCheck.KeyOf(area), content, Body.Length, new WriteOptions { ContentType = "text/plain" }, cancellationToken);
            return Finding.Ok(WriteCheck.Of(area), target.Location);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return Finding.Fail(WriteCheck.Of(area), StoreFault.Describe(e), $"Correct `Storage:Targets:{target.Name}` on this worker, and the rights of its key there: docs/runs.md, Migrate.");
        }
    }
}
