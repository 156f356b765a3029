using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pipeline.Assets.Batches;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Batches;

/// <summary><c>GET /api/batches/{batchId}</c> and <c>POST /api/batches/{batchId}/close</c>.</summary>
internal sealed class BatchEndpoint(BatchReader batches, CloseBatch close)
{
    public async Task<IResult> OneAsync(Guid batchId, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await batches.FindAsync(batchId, user.ToCaller(), cancellationToken) is { } batch ? Results.Ok(batch) : Problem.NotFound().ToResult();

    public async Task<IResult> CloseAsync(Guid batchId, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await close.RunAsync(batchId, user.ToCaller(), cancellationToken) ? await OneAsync(batchId, user, cancellationToken) : Problem.NotFound().ToResult();
}
