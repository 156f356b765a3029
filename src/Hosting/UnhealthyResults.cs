using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pipeline.Hosting;

/// <summary>Makes results of health checks whose reason anyone may read.</summary>
public static class UnhealthyResults
{
    /// <param name="context">The context of the check.</param>
    /// <param name="reason">A few words of our own: no address, no path, no text of a library.</param>
    /// <param name="detail">More detail for the operator, for the log only.</param>
    public static HealthCheckResult Because(HealthCheckContext context, string reason, string? detail = null) => new(
        context.Registration.FailureStatus, detail ?? reason, data: new Dictionary<string, object>(StringComparer.Ordinal) { [Readiness.Reason] = reason });
}
