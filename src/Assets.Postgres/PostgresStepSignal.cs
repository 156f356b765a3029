using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>Tells the steps of workers to all instances, this one included, through PostgreSQL.</summary>
internal sealed class PostgresStepSignal(IServiceScopeFactory scopes) : IStepSignal
{
    internal const string Channel = "pipeline_steps";

    /// <inheritdoc />
    public async Task ReportAsync(StepReport report, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var payload = JsonSerializer.Serialize(report);
        await scope.ServiceProvider.GetRequiredService<AssetDbContext>().Database.ExecuteSqlAsync($"SELECT pg_notify({Channel}, {payload})", cancellationToken);
    }

    /// <returns>Null if another program sent it.</returns>
    internal static StepReport? Parse(string payload)
    {
        try
        {
            return JsonSerializer.Deserialize<StepReport>(payload);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
