using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Processor.Imaging.Codecs;
using Pipeline.Processor.Imaging.Resampling;
using Pipeline.Processor.Imaging.Variants;
using Pipeline.Processor.Imaging.Vips;
using Pipeline.Processor.Processing;

namespace Pipeline.Processor.Imaging;

/// <summary>Decodes and resizes with libvips, encodes with libjpeg-turbo and libwebp, all in this process; see <see cref="Isolation.DecoderLoop"/>.</summary>
internal sealed class VipsImageEngine : IImageEngine
{
    /// <summary>Counted up whenever a change of ours makes other pixels or other bytes of the same file.</summary>
    private const string Pipeline = "pipeline-2";

    private readonly ImageLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger<VipsImageEngine> _logger;
    private readonly Inspector _inspector;

    /// <exception cref="NativeLibraryMissingException">A native library is not installed.</exception>
    public VipsImageEngine(IOptions<ImageLimits> limits, TimeProvider time, ILogger<VipsImageEngine> logger)
    {
        (_limits, _time, _logger) = (limits.Value, time, logger);
        _inspector = new Inspector(_limits, logger);
        NativeLibraryMissingException.ThrowUnlessLoads(LibTurboJpeg.Library, LibTurboJpeg.Package);
        NativeLibraryMissingException.ThrowUnlessLoads(LibWebp.Library, LibWebp.Package);
        NativeLibraryMissingException.ThrowUnlessLoads(LibWebpMux.Library, LibWebpMux.Package);
        NativeLibraryMissingException.ThrowUnlessLoads(LibWebpDemux.Library, LibWebpDemux.Package);
        var libvips = VipsRuntime.Start();
        VipsInputs.Open(_limits.Inputs);
        Version = $"{Pipeline} libvips-{libvips} libwebp-{WebpEncoder.Version} {RgbResampler.Name}";
    }

    /// <inheritdoc />
    public string Version { get; }

    /// <inheritdoc />
    public Task<Judged<ImageFacts>> InspectAsync(string path, CancellationToken cancellationToken) => OnOwnThread(
        () =>
        {
            using var file = new SourceFile(path);
            return _inspector.Inspect(file);
        }, cancellationToken);

    /// <inheritdoc />
    public Task<Judged<Rendering>> RenderAsync(RenderRequest request, CancellationToken cancellationToken) =>
        OnOwnThread(() => Render(request, cancellationToken), cancellationToken);

    /// <summary>A thread for each image, since an image keeps it busy for long and would starve the pool.</summary>
    private static Task<T> OnOwnThread<T>(Func<T> work, CancellationToken cancellationToken) => Task.Factory.StartNew(
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

    private Judged<Rendering> Render(RenderRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(_limits.MaxSeconds), _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var file = new SourceFile(request.SourcePath);
        var type = ImageTypes.Sniff(file.Bytes) ?? throw new InvalidOperationException("The file is not the one that was inspected.");
        try
        {
            return Renderer.Render(file.Bytes, type, request, stop.Token) with { Engine = Version };
        }
        catch (VipsException e) when (!e.OutOfMemory)
        {
            _logger.PixelsRefused(e.Message);
            return new Rejection(RejectionCode.Corrupt, "The image is damaged or cut short: its pixels cannot be decoded.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Rejection(RejectionCode.DecodeTimeout, $"The image takes longer than {_limits.MaxSeconds} seconds to process.");
        }
    }
}
