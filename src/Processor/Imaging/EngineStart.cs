using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Processor.Imaging;

/// <summary>Loads the engine with the host, so that a missing library shows at the start and not with the first upload.</summary>
internal sealed class EngineStart(IImageEngine engine, ILogger<EngineStart> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        logger.EngineStarted(engine.Version);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
