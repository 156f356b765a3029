using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Pipeline.Processor.Scanning;

/// <summary>
/// Checks whether clamd is reliable. Anyone can call the health endpoint, so clamd is probed at most every ten seconds, and only one probe
/// runs at a time.
/// </summary>
internal sealed class ClamdHealth(ScannerProbe probe, IOptions<ClamdOptions> options, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private readonly Lock _gate = new();
    private (long At, Task<ScannerHealth> Answer)? _last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await WhatIsWrongAsync(cancellationToken) is { } wrong ? new HealthCheckResult(context.Registration.FailureStatus, wrong) : HealthCheckResult.Healthy();

    /// <summary>The fault, as a sentence for the operator; null if there is none.</summary>
    public async Task<string?> WhatIsWrongAsync(CancellationToken cancellationToken)
    {
        var health = await Ask().WaitAsync(cancellationToken);
        if (health is ScannerHealth.Reliable { SignatureAge: { } known }) ProcessingMetrics.SignaturesAre(known);
        return Fault(health);
    }

    private string? Fault(ScannerHealth health) => health switch
    {
        ScannerHealth.Unreliable { Reason: var why } => why,
        ScannerHealth.Reliable { LowLimit: { } limit } =>
            $"clamd's {limit} is too low for a file of {options.Value.LargestFile} bytes (Processor:Clamd:LargestFile): raise it in its clamd.conf.",
        ScannerHealth.Reliable { SignatureAge: { } age } when age > options.Value.MaxSignatureAge =>
            $"clamd's signatures are {age.TotalDays:0} days old: does freshclam run?",
        _ => null,
    };

    private Task<ScannerHealth> Ask()
    {
        lock (_gate)
        {
            if (_last is not { } last || (last.Answer.IsCompleted && time.GetElapsedTime(last.At) > Fresh))
                _last = last = (time.GetTimestamp(), probe.CheckAsync(CancellationToken.None));
            return last.Answer;
        }
    }
}
