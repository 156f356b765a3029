using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Storage;

namespace Pipeline.Assets.Cleanup;

/// <summary>
/// Aborts multipart uploads that no pending asset needs: an instance died between the store and the row, a client sent the file by a single PUT
/// in the end, or an abort failed. If the table does not answer, it aborts nothing.
/// </summary>
public sealed class MultipartSweep(
    AssetDbContext db,
    IMultipartUploads uploads,
    IOptions<CleanupOptions> options,
    IOptions<UploadOptions> limits,
    TimeProvider time,
    ILogger<MultipartSweep> logger) : ISweep
{
    // Keys in one query to the table.
    private const int PageSize = 1_000;

    // The row follows the upload within seconds; the rest is for clocks that differ.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private long _rows;

    /// <inheritdoc />
    public long? Rows => _rows;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.Value.MultipartSweepSeconds == 0) return;
        var old = time.GetUtcNow() - TimeSpan.FromSeconds(limits.Value.UrlSeconds) - Grace;
        var aborted = 0;
        await foreach (var page in uploads.ListOpenAsync(ObjectKey.IncomingArea, cancellationToken).Where(open => open.StartedAt <= old).Chunk(PageSize).WithCancellation(cancellationToken))
        {
            var keys = page.Select(open => open.Key.Value).ToList();
            var needed = await db.Assets.AsNoTracking()
                .Where(a => keys.Contains(a.IncomingKey) && a.Status == AssetStatus.Pending)
                .Select(a => new { a.IncomingKey, a.MultipartId })
                .ToListAsync(cancellationToken);
            foreach (var open in page.Where(open => !needed.Exists(a => a.IncomingKey == open.Key.Value && a.MultipartId == open.UploadId)))
            {
                await uploads.AbortAsync(open.Key, open.UploadId, cancellationToken);
                aborted++;
            }
        }

        _rows = aborted;
        if (aborted > 0) logger.OpenUploadsAborted(aborted);
    }
}
