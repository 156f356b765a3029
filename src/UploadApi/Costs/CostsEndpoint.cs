using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Costs;
using Pipeline.Assets.Persistence;
using Pipeline.Storage.Costs;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Roles;

namespace Pipeline.UploadApi.Costs;

/// <param name="Days">The days that are counted, with today.</param>
/// <param name="Assets">Stored assets.</param>
/// <param name="OriginalBytes">Bytes of the originals.</param>
/// <param name="VariantBytes">Bytes of the published variants, by a sample.</param>
/// <param name="Requests">The counted requests.</param>
/// <param name="Month">What each provider takes for a month like this, without what visitors read.</param>
public sealed record CostReport(int Days, long Assets, long OriginalBytes, long VariantBytes, IReadOnlyList<RequestCountView> Requests, IReadOnlyList<ProviderCostView> Month);

/// <param name="Area">The area.</param>
/// <param name="Cause">Why they were sent.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Class">A or B; left out for deletions, which cost nothing.</param>
/// <param name="Count">How many.</param>
public sealed record RequestCountView(string Area, string Cause, string Operation, string? Class, long Count);

/// <param name="Provider">s3 or r2.</param>
/// <param name="Storage">US dollars for the stored bytes.</param>
/// <param name="ClassA">US dollars for requests of class A.</param>
/// <param name="ClassB">US dollars for requests of class B.</param>
/// <param name="Total">US dollars in all.</param>
public sealed record ProviderCostView(string Provider, decimal Storage, decimal ClassA, decimal ClassB, decimal Total);

/// <summary>What the object store costs.</summary>
internal sealed class CostsEndpoint(AssetDbContext db, RequestCountStore counts, IOptions<PricesOptions> prices, TimeProvider time)
{
    private const int MaxDays = 400;

    public async Task<IResult> HandleAsync(int? days, CancellationToken cancellationToken)
    {
        if (days is < 1 or > MaxDays) return Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["days"] = [$"must be 1 to {MaxDays}"] }).ToResult();

        // So that the own requests of the last minute are in the answer.
        await counts.TrySaveAsync(cancellationToken);
        var usage = await StoreUsage.ReadAsync(db, days ?? StoreUsage.Month, time.GetUtcNow(), cancellationToken);
        return Results.Ok(new CostReport(
            usage.Days,
            usage.Assets,
            usage.OriginalBytes,
            usage.VariantBytes,
            [.. usage.Requests.Select(View).OrderBy(row => row.Area, StringComparer.Ordinal).ThenBy(row => row.Cause, StringComparer.Ordinal).ThenBy(row => row.Operation, StringComparer.Ordinal)],
            [Of("s3", prices.Value.S3, usage), Of("r2", prices.Value.R2, usage)]));
    }

    private static RequestCountView View(KeyValuePair<CountedRequest, long> row) => new(row.Key.Area, row.Key.Cause, row.Key.Operation, StoreOperation.ClassOf(row.Key.Operation), row.Value);

    private static ProviderCostView Of(string provider, ProviderPrices prices, StoreUsage usage)
    {
        var cost = CostEstimate.Of(usage.OfMonth(), prices);
        return new ProviderCostView(provider, cost.Storage, cost.ClassA, cost.ClassB, cost.Total);
    }
}

/// <summary>The route of the costs.</summary>
internal static class CostRoutes
{
    public static void MapCosts(this IEndpointRouteBuilder app) => app.MapGroup("/api/admin/costs").WithTags("Operators")
        .MapGet("/", (WholeNumber? days, [FromServices] CostsEndpoint costs, CancellationToken ct) => costs.HandleAsync(days?.Value, ct))
        .RequireRole(Role.Viewer)
        .WithName("getCosts").WithSummary("Get the counted requests to the object store, and what a month like this costs.").Produces<CostReport>();
}
