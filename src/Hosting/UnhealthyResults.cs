using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pipeline.Hosting;

/// <summary>Results of health checks whose reason anyone may read.</summary>
public static class UnhealthyResults
{
    /// <param name="context">Of the check.</param>
    /// <param name="reason">A few words of our own: no address, no path, nothing that a library said.</param>
    /// <param name="detail">For the log alone, if it can tell the operator more.</param>
    public static HealthCheckResult Because(HealthCheckContext context, string reason, string? detail = null) => new(
        context.Registration.FailureStatus, detail ?? reason, data: new Dictionary<string, object>(StringComparer.Ordinal) { [Readiness.Reason] = reason });
}
