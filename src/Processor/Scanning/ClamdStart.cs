using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Processor.Scanning;

/// <summary>
/// Logs at the start why clamd is not reliable. The worker starts in any case: clamd may still be loading, and no file passes without a verdict.
/// </summary>
internal sealed partial class ClamdStart(ClamdHealth health, ILogger<ClamdStart> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await health.WhatIsWrongAsync(stoppingToken) is { } wrong) LogNotReliable(wrong);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops before clamd has answered.
        }
    }

    [LoggerMessage(121, LogLevel.Warning, "The scanner is not reliable now: {Wrong}")]
    private partial void LogNotReliable(string wrong);
}
