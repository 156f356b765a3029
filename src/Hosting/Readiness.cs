using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pipeline.Hosting;

/// <summary>
/// Checks whether all dependencies of a host answer. Anyone may call it at any rate, so each dependency is checked at most once per
/// <see cref="Fresh"/> and never while a check is still running. A caller waits at most <see cref="CheckTimeout"/>.
/// </summary>
internal sealed class Readiness(
    IOptions<HealthCheckServiceOptions> options, IServiceScopeFactory scopes, TimeProvider time, ILogger<Readiness> logger) : IReadiness
{
    /// <summary>The key in <see cref="HealthCheckResult.Data"/> of a reason that anyone may read: our own words, without addresses.</summary>
    public const string Reason = "reason";

    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(5);

    // MassTransit's check has this tag. It reads the state of the bus from memory.
    private const string BusTag = "masstransit";

    private readonly Part[] _parts = [.. options.Value.Registrations.Select(registration => new Part(registration))];

    /// <summary>Returns the state of each part: at most <see cref="Fresh"/> old, and current for parts whose state is in memory.</summary>
    public async Task<HealthReport> AskAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var entries = await Task.WhenAll(_parts.Select(async part => (part.Name, Entry: await AskAsync(part)))).WaitAsync(cancellationToken);
        return new HealthReport(entries.ToDictionary(e => e.Name, e => e.Entry, StringComparer.Ordinal), time.GetElapsedTime(start));
    }

    /// <summary>When the part began to fail, as the checks saw it; null while it is healthy.</summary>
    public DateTimeOffset? FailsSince(string name) => _parts.FirstOrDefault(part => part.Name == name)?.FailsSince;

    /// <inheritdoc />
    public async Task<IReadOnlyList<PartState>> PartsAsync(CancellationToken cancellationToken) =>
        [.. (await AskAsync(cancellationToken)).Entries.Select(part => new PartState(part.Key, part.Value.Status, part.Value.Data.GetValueOrDefault(Reason)?.ToString()))];

    private Task<HealthReportEntry> AskAsync(Part part)
    {
        lock (part)
        {
            if (!part.Answer.IsCompleted || IsFresh(part)) return part.Answer;
            part.AskedAt = time.GetTimestamp();
            // If the last check is still hanging, wait for it instead of starting another.
            if (part.Question.IsCompleted) part.Question = Task.Run(() => CheckAsync(part.Registration));
            return part.Answer = ReportAsync(part, part.Question);
        }
    }

    // The bus check is never cached: it costs the broker nothing, and a host that has just started is ready at once.
    private bool IsFresh(Part part) => part.AskedAt is { } at && !part.IsInMemory && time.GetElapsedTime(at) < Fresh;

    private async Task<HealthReportEntry> ReportAsync(Part part, Task<HealthCheckResult> question)
    {
        var result = await AnswerAsync(part.Registration, question);
        if (result.Status != part.LastLogged) logger.ReadinessChanged(part.Name, result.Status, result.Description ?? "", result.Exception);
        part.LastLogged = result.Status;
        if (result.Status == HealthStatus.Healthy) part.FailsSince = null;
        else part.FailsSince ??= time.GetUtcNow();
        return new HealthReportEntry(result.Status, result.Description, TimeSpan.Zero, result.Exception, result.Data);
    }

    private async Task<HealthCheckResult> AnswerAsync(HealthCheckRegistration registration, Task<HealthCheckResult> question)
    {
        try
        {
            return await question.WaitAsync(CheckTimeout, time);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var late = e is TimeoutException or OperationCanceledException;
            return new HealthCheckResult(
                registration.FailureStatus, late ? $"It did not answer within {CheckTimeout.TotalSeconds} s." : "The check failed.", e,
                late ? new Dictionary<string, object> { [Reason] = $"no answer within {CheckTimeout.TotalSeconds} s" } : null);
        }
    }

    private async Task<HealthCheckResult> CheckAsync(HealthCheckRegistration registration)
    {
        using var timeout = new CancellationTokenSource(CheckTimeout, time);
        await using var scope = scopes.CreateAsyncScope();
        return await registration.Factory(scope.ServiceProvider).CheckHealthAsync(new HealthCheckContext { Registration = registration }, timeout.Token);
    }

    private sealed class Part(HealthCheckRegistration registration)
    {
        public HealthCheckRegistration Registration => registration;

        public string Name => registration.Name;

        public bool IsInMemory { get; } = registration.Tags.Contains(BusTag);

        public long? AskedAt { get; set; }

        public Task<HealthCheckResult> Question { get; set; } = Task.FromResult(HealthCheckResult.Healthy());

        public Task<HealthReportEntry> Answer { get; set; } = Task.FromResult(default(HealthReportEntry));

        public DateTimeOffset? FailsSince { get; set; }

        public HealthStatus LastLogged { get; set; } = HealthStatus.Healthy;
    }
}
