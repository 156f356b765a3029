using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Storage;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Uploads;

/// <summary>Names the upload by id, by key or by both.</summary>
public sealed record ConfirmRequest(Guid? Id, string? Key = null, string? OriginalFilename = null);

public sealed record ConfirmResponse(bool Success, Guid Id, string Key, string Status);

/// <summary>
/// <c>POST /api/upload/confirm</c>: confirms that the file has arrived. Once the row is committed, the upload is never lost.
/// </summary>
internal sealed class ConfirmEndpoint(
    AssetStore assets, StorageAreas areas, SweepSignal<Dispatcher> signal, TimeProvider time, ILogger<ConfirmEndpoint> logger)
{
    public async Task<IResult> HandleAsync(ConfirmRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (request.Id is null && string.IsNullOrEmpty(request.Key))
            return Problem.Invalid(Both("is required, or 'key'", "is required, or 'id'")).ToResult();

        // An invalid key matches no upload, and it may hold characters that a database refuses, such as NUL.
        if (request.Key is { Length: > 0 } text && !ObjectKey.TryParse(text, out _)) return Problem.NotFound().ToResult();
        if (request.OriginalFilename is { } name && FileName.Error(name) is { } error)
            return Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["originalFilename"] = [error] }).ToResult();

        var asset = request.Id is { } id
            ? await assets.FindAsync(id, user.UserId(), cancellationToken)
            : await assets.FindByKeyAsync(request.Key!, user.UserId(), cancellationToken);

        // If the client sends both, they must name the same upload.
        if (request.Key is { Length: > 0 } key && asset?.IncomingKey != key) return Problem.NotFound().ToResult();
        return asset is { Status: AssetStatus.Pending }
            ? await ConfirmAsync(asset, request.OriginalFilename, cancellationToken)
            : Answer(asset);
    }

    private async Task<IResult> ConfirmAsync(Asset asset, string? fileName, CancellationToken cancellationToken)
    {
        var arrived = await areas.Incoming.HeadAsync(ObjectKey.Parse(asset.IncomingKey), cancellationToken);
        if (arrived is null)
        {
            LogUpload(asset, asset.Size, "upload_missing");
            return Problem.UploadMissing().ToResult();
        }

        if (arrived.Size != asset.Size)
        {
            await MustBeSoAsync(arrived, cancellationToken);
            LogUpload(asset, arrived.Size, "upload_mismatch");
            return Problem.UploadMismatch(asset.Size, arrived.Size).ToResult();
        }

        var confirmed = await assets.ChangeAsync(
            asset.Id, a => a.Confirm(arrived.ETag, fileName, time.GetUtcNow()), cancellationToken);
        if (confirmed is (var now, true))
        {
            LogUpload(now, arrived.Size, "confirmed");
            signal.Raise();
        }

        // Answer by the current row: the asset may have expired or been deleted since it was found.
        return Answer(confirmed?.Asset);
    }

    // A wrong mismatch would make the client upload again, so check the object's size and ETag by a second request first.
    private async Task MustBeSoAsync(ObjectInfo arrived, CancellationToken cancellationToken)
    {
        await using var read = await areas.Incoming.ReadAsync(arrived.Key, ifMatch: null, cancellationToken);
        if (read is not ReadResult.Found found || found.Info.Size != arrived.Size || found.Info.ETag != arrived.ETag)
            throw new IOException("The object store says two things of one upload.");
    }

    private static Dictionary<string, string[]> Both(string id, string key) => new(StringComparer.Ordinal) { ["id"] = [id], ["key"] = [key] };

    private static IResult Answer(Asset? asset) => asset switch
    {
        null or { Status: AssetStatus.Deleted } => Problem.NotFound().ToResult(),
        { Status: AssetStatus.Expired } => Problem.UploadExpired().ToResult(),
        _ => Accepted(asset),
    };

    private void LogUpload(Asset asset, long size, string outcome) =>
        logger.Upload(time.GetUtcNow(), asset.OwnerId, asset.IncomingKey, size, outcome == "confirmed", outcome);

    private static IResult Accepted(Asset asset) => Results.Accepted(
        $"/api/assets/{asset.Id}", new ConfirmResponse(true, asset.Id, asset.IncomingKey, AssetView.Word(asset.Status)));
}
