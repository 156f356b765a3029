using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Processor.Scanning;

/// <summary>Says at the start what is wrong with clamd. The worker starts all the same: clamd may still be loading, and nothing passes without it.</summary>
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

    [LoggerMessage(121, LogLevel.Warning, "Nothing can be relied on from the scanner now: {Wrong}")]
    private partial void LogNotReliable(string wrong);
}
