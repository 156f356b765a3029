using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>
/// Logs each change of a part's health once, with its reason. The framework's own log has an error for each question, also while a healthy
/// host is starting, and a balancer asks every few seconds.
/// </summary>
internal sealed partial class ReadinessLog(ILogger<ReadinessLog> logger)
{
    private readonly ConcurrentDictionary<string, HealthStatus> _last = new(StringComparer.Ordinal);

    public void Tell(HealthReport report)
    {
        foreach (var (part, entry) in report.Entries)
        {
            if (_last.GetValueOrDefault(part, HealthStatus.Healthy) == entry.Status) continue;
            _last[part] = entry.Status;
            if (entry.Status == HealthStatus.Healthy) LogWell(part);
            else LogUnwell(part, entry.Status, entry.Description ?? entry.Exception?.Message ?? "no reason given");
        }
    }

    [LoggerMessage(401, LogLevel.Warning, "{Part} is {Status}: {Reason}")]
    private partial void LogUnwell(string part, HealthStatus status, string reason);

    [LoggerMessage(402, LogLevel.Information, "{Part} is healthy again")]
    private partial void LogWell(string part);
}
