using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging;

/// <summary>Decodes and resizes with libvips, encodes with libjpeg-turbo and libwebp, all in this process; see <see cref="Isolation.DecoderLoop"/>.</summary>
internal sealed class VipsImageEngine : IImageEngine
{
    /// <summary>Increase it with every change in this project that gives the same file different pixels or bytes.</summary>
    private const string Pipeline = "pipeline-7";

    private readonly ImageLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger<VipsImageEngine> _logger;
    private readonly Inspector _inspector;

    /// <exception cref="NativeLibraryMissingException">A native library is not installed.</exception>
    public VipsImageEngine(IOptions<ImageLimits> limits, TimeProvider time, ILogger<VipsImageEngine> logger)
    {
        (_limits, _time, _logger) = (limits.Value, time, logger);
        _inspector = new Inspector(_limits, logger);
        NativeLibraries.ThrowUnlessLoads(LibTurboJpeg.Library, LibTurboJpeg.Package);
        NativeLibraries.ThrowUnlessLoads(LibWebp.Library, LibWebp.Package);
        NativeLibraries.ThrowUnlessLoads(LibWebpMux.Library, LibWebpMux.Package);
        NativeLibraries.ThrowUnlessLoads(LibWebpDemux.Library, LibWebpDemux.Package);
        _ = VipsRuntime.Start();
        VipsInputs.Open(_limits.Inputs);
        Version = $"{Pipeline} {NativeLibraries.Versions()}";
    }

    /// <inheritdoc />
    public string Version { get; }

    /// <inheritdoc />
    public Task<StepResult<IOpenImage>> OpenAsync(string path, CancellationToken cancellationToken) => OnOwnThread(() => Open(path), cancellationToken);

    /// <summary>Each image gets its own thread, because it runs long and would starve the thread pool.</summary>
    internal static Task<T> OnOwnThread<T>(Func<T> work, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                return work();
            }
            finally
            {
                VipsRuntime.EndThread();
            }
        }, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private StepResult<IOpenImage> Open(string path)
    {
        var started = _time.GetTimestamp();
        var source = new SourceFile(path);
        var isTaken = false;
        try
        {
            if (!_inspector.Open(source).Passed(out var file, out var refused))
            {
                return refused;
            }

            isTaken = true;
            var left = TimeSpan.FromSeconds(_limits.MaxSeconds) - _time.GetElapsedTime(started);
            return new OpenImage(file, Version, left, _limits, _time, _logger);
        }
        finally
        {
            if (!isTaken)
            {
                source.Dispose();
            }
        }
    }
}
