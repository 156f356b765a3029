using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pipeline.Processor.Scanning;

/// <summary>Whether clamd can be relied on. Anyone may ask for health, so clamd is asked at most every ten seconds.</summary>
internal sealed class ClamdHealth(ScannerProbe probe, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private (DateTimeOffset At, Task<ScannerHealth> Answer)? _last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await Ask().WaitAsync(cancellationToken) is ScannerHealth.Unreliable { Reason: var why }
            ? new HealthCheckResult(context.Registration.FailureStatus, why)
            : HealthCheckResult.Healthy();

    private Task<ScannerHealth> Ask()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_last is not { } last || now - last.At > Fresh) _last = last = (now, probe.CheckAsync(CancellationToken.None));
            return last.Answer;
        }
    }
}
