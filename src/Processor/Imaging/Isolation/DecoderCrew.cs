using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Processor.Processing;

namespace Pipeline.Processor.Imaging.Isolation;

/// <summary>The decoders of a worker: who is there, who is free, who has to go.</summary>
internal sealed class DecoderCrew(
    DecoderProgram program, Workspaces workspaces, IOptions<DecoderOptions> options, TimeProvider time, ILogger<DecoderCrew> logger) : IAsyncDisposable
{
    private readonly DecoderOptions _options = options.Value;
    private readonly SemaphoreSlim _places = new(options.Value.Children ?? Environment.ProcessorCount);

    // The one that worked last is the next: its memory is warm, and those that are not needed are never started.
    private readonly Stack<DecoderChild> _idle = [];
    private int _started;
    private bool _closed;

    /// <summary>Most decoders at a time.</summary>
    public int Size => _options.Children ?? Environment.ProcessorCount;

    /// <summary>Of the engine in the decoder that was started last; null before the first.</summary>
    public string? Version { get; private set; }

    /// <summary>Waits until one more decoder may be at work. Dispose the answer when it is not any more.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return new Place(_places);
    }

    /// <summary>A decoder that waits, or a new one. Give it back by <see cref="ReturnAsync"/>.</summary>
    /// <param name="fresh">It must not have worked before.</param>
    /// <exception cref="DecoderException">None can be started.</exception>
    public async Task<DecoderChild> TakeAsync(bool fresh, CancellationToken cancellationToken)
    {
        while (!fresh && TryPop(out var child))
        {
            if (!child.HasEnded) return child;
            logger.DecoderGone(child.Id);
            await child.DisposeAsync();
        }

        try
        {
            return await StartAsync(cancellationToken);
        }
        catch (DecoderException)
        {
            // Once can be an accident.
            return await StartAsync(cancellationToken);
        }
    }

    /// <param name="child">From <see cref="TakeAsync"/>.</param>
    /// <param name="reusable">It has answered as it should.</param>
    public async Task ReturnAsync(DecoderChild child, bool reusable)
    {
        if (reusable && child.Asked < _options.RecycleAfter && child.Folder.TryClear())
        {
            lock (_idle)
            {
                if (!_closed)
                {
                    _idle.Push(child);
                    return;
                }
            }
        }

        await child.DisposeAsync();
    }

    /// <summary>Ends those that are idle, and each other one when it is given back.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_idle) _closed = true;
        while (TryPop(out var child)) await child.DisposeAsync();
    }

    private bool TryPop([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out DecoderChild? child)
    {
        lock (_idle) return _idle.TryPop(out child);
    }

    private async Task<DecoderChild> StartAsync(CancellationToken cancellationToken)
    {
        var name = "decoder-" + Interlocked.Increment(ref _started).ToString(CultureInfo.InvariantCulture);
        var child = await DecoderChild.StartAsync(program, workspaces.Aside(name), _options, time, logger, cancellationToken);
        if (_options.RequireSandbox && !child.Hello.Protection.IsWhole())
        {
            await child.DisposeAsync();
            throw new SandboxMissingException(
                $"`{DecoderOptions.Section}:{nameof(DecoderOptions.RequireSandbox)}` is on, but here a decoder has only: {child.Hello.Protection}.");
        }

        logger.DecoderStarted(child.Id);
        Version = child.Hello.Version;
        return child;
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
