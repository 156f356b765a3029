using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pipeline.Hosting;

/// <summary>
/// Whether all that a host needs answers. Anyone may ask, as often as they like: so nothing that we depend on is asked more than once in
/// <see cref="Fresh"/>, and never while it still owes an answer. Whoever asks waits at most for <see cref="Patience"/>.
/// </summary>
internal sealed class Readiness(
    IOptions<HealthCheckServiceOptions> options, IServiceScopeFactory scopes, TimeProvider time, ILogger<Readiness> logger)
{
    /// <summary>The key in <see cref="HealthCheckResult.Data"/> of a sentence that strangers may read: of our own words, without addresses.</summary>
    public const string Reason = "reason";

    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Part[] _parts = [.. options.Value.Registrations.Select(registration => new Part(registration))];
    private (long At, Task<HealthReport> Report)? _last;

    /// <summary>The state of each part, at most <see cref="Fresh"/> old.</summary>
    public async Task<HealthReport> AskAsync(CancellationToken cancellationToken)
    {
        Task<HealthReport> report;
        lock (_gate)
        {
            if (_last is not { } last || (last.Report.IsCompleted && time.GetElapsedTime(last.At) >= Fresh)) _last = last = (time.GetTimestamp(), ReportAsync());
            report = last.Report;
        }

        return await report.WaitAsync(cancellationToken);
    }

    private async Task<HealthReport> ReportAsync()
    {
        var start = time.GetTimestamp();
        var entries = await Task.WhenAll(_parts.Select(async part => (part.Registration.Name, Entry: await AskAsync(part))));
        return new HealthReport(entries.ToDictionary(e => e.Name, e => e.Entry, StringComparer.Ordinal), time.GetElapsedTime(start));
    }

    private async Task<HealthReportEntry> AskAsync(Part part)
    {
        // One that hung through the last report may hang still: it is not asked once more.
        if (part.Question.IsCompleted) part.Question = Task.Run(() => CheckAsync(part.Registration));
        var result = await AnswerAsync(part);
        if (result.Status != part.Told) logger.ReadinessChanged(part.Registration.Name, result.Status, result.Description ?? "", result.Exception);
        part.Told = result.Status;
        return new HealthReportEntry(result.Status, result.Description, TimeSpan.Zero, result.Exception, result.Data);
    }

    private async Task<HealthCheckResult> AnswerAsync(Part part)
    {
        try
        {
            return await part.Question.WaitAsync(Patience, time);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var late = e is TimeoutException or OperationCanceledException;
            return new HealthCheckResult(
                part.Registration.FailureStatus, late ? $"It did not answer within {Patience.TotalSeconds} s." : "It could not be asked.", e,
                late ? new Dictionary<string, object> { [Reason] = $"no answer within {Patience.TotalSeconds} s" } : null);
        }
    }

    private async Task<HealthCheckResult> CheckAsync(HealthCheckRegistration registration)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        await using var scope = scopes.CreateAsyncScope();
        return await registration.Factory(scope.ServiceProvider).CheckHealthAsync(new HealthCheckContext { Registration = registration }, patience.Token);
    }

    private sealed class Part(HealthCheckRegistration registration)
    {
        public HealthCheckRegistration Registration => registration;

        public Task<HealthCheckResult> Question { get; set; } = Task.FromResult(HealthCheckResult.Healthy());

        public HealthStatus Told { get; set; } = HealthStatus.Healthy;
    }
}
