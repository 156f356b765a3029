using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Imaging.Isolation;

/// <summary>Starts the engine in the worker's own process, on systems without the sandbox of the decoders.</summary>
internal sealed class UnconfinedStart(IServiceProvider services, IOptions<DecoderOptions> decoding, ILogger<UnconfinedStart> logger) : IHostedService
{
    /// <exception cref="StartFaultException">The settings require the sandbox, or a native library is not installed.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (decoding.Value.RequireSandbox)
        {
            throw new StartFaultException(
                StartExit.Misconfigured, $"`{DecoderOptions.Section}:{nameof(DecoderOptions.RequireSandbox)}` is true, but only Linux has the sandbox of the decoders.");
        }

        var version = services.GetRequiredService<IImageEngine>().Version;
        logger.EngineStarted(version);
        if (NativeLibraries.Describe(version) is { } libraries) logger.LibrariesBundled(libraries);
        logger.DecodersUnconfined();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
