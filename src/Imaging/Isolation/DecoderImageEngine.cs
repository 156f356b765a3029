using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Imaging.Isolation.Kernel;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// The worker's engine: child processes read all untrusted bytes, and the worker checks each reply. A child that crashes, hangs or exceeds
/// its limits fails only the image that it worked on.
/// </summary>
internal sealed class DecoderImageEngine(
    DecoderProcessPool processes,
    IOptions<ImageLimits> limits,
    IOptions<DecoderOptions> decoding,
    IOptions<ImagingOptions> imaging,
    CpuPressure pressure,
    TimeProvider time,
    ILogger<DecoderImageEngine> logger) : IImageEngine, IHostedService
{
    private readonly ImageLimits _limits = limits.Value;

    /// <inheritdoc />
    public string Version => processes.Version ?? throw new InvalidOperationException("No decoder has started yet.");

    /// <summary>Starts one decoder, so that a missing library fails the start of the worker, not the first upload.</summary>
    /// <exception cref="NativeLibraryMissingException">A native library is not installed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var child = await processes.TakeAsync(fresh: false, cancellationToken);
        var prepared = false;
        try
        {
            var formats = imaging.Value.Profiles.Values.SelectMany(profile => profile.Formats).Distinct(StringComparer.Ordinal).ToList();
            var answer = await child.AskAsync(
                new DecoderRequest { Limits = _limits, Prepare = formats },
                TimeSpan.FromSeconds(_limits.MaxSeconds),
                TimeSpan.FromSeconds(decoding.Value.CpuSeconds),
                cancellationToken);
            if (answer is DecoderAnswer.Said { Reply.Missing: { } missing }) throw new NativeLibraryMissingException(ReplyCheck.Sentence(missing));
            prepared = answer is DecoderAnswer.Said { Reply.Prepared: true } ? true : throw new DecoderException("A decoder did not complete its warm-up.");
            logger.EngineStarted(child.Hello.Version);
            if (NativeLibraries.Describe(child.Hello.Version) is { } libraries) logger.LibrariesBundled(libraries);
            logger.DecodersProtected(processes.Size, child.Hello.Protection);
        }
        finally
        {
            await processes.ReturnAsync(child, prepared);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await processes.DisposeAsync();

    /// <inheritdoc />
    public async Task<StepResult<IOpenImage>> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var budget = new ImageBudget(decoding.Value, _limits, new FileInfo(path).Length, pressure, time);
        var session = new DecoderSession(processes, await processes.EnterAsync(cancellationToken), budget, _limits, logger);
        var isOpen = false;
        try
        {
            if (await session.InspectAsync(path, cancellationToken) is { } refused) return refused;
            isOpen = true;
            return session;
        }
        finally
        {
            if (!isOpen) await session.DisposeAsync();
        }
    }
}
