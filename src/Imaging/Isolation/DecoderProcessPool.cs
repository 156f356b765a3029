using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Pipeline.Imaging.Isolation;

/// <summary>The pool of decoder processes of a worker: starts them, hands out idle ones and replaces used-up or broken ones.</summary>
internal sealed class DecoderProcessPool(
    DecoderProgram program,
    Workspaces workspaces,
    IOptions<ImageLimits> limits,
    IOptions<DecoderOptions> options,
    TimeProvider time,
    ILogger<DecoderProcessPool> logger) : IAsyncDisposable
{
    private readonly DecoderOptions _options = options.Value;
    private readonly SemaphoreSlim _places = new(options.Value.Children ?? Environment.ProcessorCount);

    // A stack, so that the decoder used last is used next: its memory is warm, and no more decoders are started than needed.
    private readonly Stack<DecoderChild> _idle = [];
    private readonly CancellationTokenSource _end = new();
    private Task _ahead = Task.CompletedTask;
    private int _started;
    private int _living;
    private bool _closed;

    /// <summary>Maximum number of decoders.</summary>
    public int Size => _options.Children ?? Environment.ProcessorCount;

    /// <summary>Engine version of the decoder that was started last; null before the first start.</summary>
    public string? Version { get; private set; }

    /// <summary>Waits until one more decoder may be in use. Dispose the result when it no longer is.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        return new Place(_places);
    }

    /// <summary>Returns an idle decoder, or starts one. Give it back by <see cref="ReturnAsync"/>.</summary>
    /// <param name="fresh">True for a new process that has handled no request.</param>
    /// <exception cref="DecoderException">No decoder can be started.</exception>
    public async Task<DecoderChild> TakeAsync(bool fresh, CancellationToken cancellationToken)
    {
        var child = fresh ? null : await TakeIdleAsync(cancellationToken);
        try
        {
            child ??= await StartAsync(cancellationToken);
        }
        catch (DecoderException)
        {
            // One failure can be a coincidence, so try once more.
            child = await StartAsync(cancellationToken);
        }

        StartAhead();
        return child;
    }

    /// <param name="child">From <see cref="TakeAsync"/>.</param>
    /// <param name="reusable">True if its reply was valid.</param>
    /// <param name="end">Why it ends, if it does.</param>
    public async Task ReturnAsync(DecoderChild child, bool reusable, DecoderEnd end = DecoderEnd.Recycled)
    {
        if (!(reusable && child.Asked < _options.RecycleAfter && child.Folder.TryClear() && TryPush(child))) await EndAsync(child, end);
    }

    /// <summary>Ends the idle decoders; each other one ends when it is returned.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_idle)
        {
            if (_closed) return;
            _closed = true;
        }

        await _end.CancelAsync();
        await _ahead;
        while (TryPop(out var child)) await EndAsync(child);
        _end.Dispose();
    }

    private async Task<DecoderChild?> TakeIdleAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (TryPop(out var child))
            {
                if (!child.HasEnded) return child;
                logger.DecoderGone(child.Id);
                await EndAsync(child, DecoderEnd.Gone);
            }

            Task ahead;
            lock (_idle) ahead = _ahead;
            if (ahead.IsCompleted) return null;
            await ahead.WaitAsync(cancellationToken);
        }
    }

    /// <summary>
    /// Starts a decoder in advance when several are in use and none is idle. Otherwise the next image would wait for process start and JIT
    /// compilation, which are slow on a busy machine: a user who fills all places but one, or crashes decoders, must not delay the next user.
    /// </summary>
    private void StartAhead()
    {
        lock (_idle)
        {
            if (_closed || !_ahead.IsCompleted || _idle.Count > 0 || _living < 2 || _living >= Size) return;
            _ahead = Task.Run(async () =>
            {
                try
                {
                    var child = await StartAsync(_end.Token);
                    if (!await RehearseAsync(child) || !TryPush(child)) await EndAsync(child);
                }
                catch (Exception e) when (_end.IsCancellationRequested || e is DecoderException or SandboxMissingException or NativeLibraryMissingException)
                {
                    // Only logged: the next request for a decoder starts one itself and reports the error.
                    logger.DecoderNotStartedAhead(e);
                }
            });
        }
    }

    private Task<bool> RehearseAsync(DecoderChild child) => DecoderWarmUp.RunAsync(
        child, limits.Value, TimeSpan.FromSeconds(limits.Value.MaxSeconds), TimeSpan.FromSeconds(_options.CpuSeconds), _end.Token);

    private Task EndAsync(DecoderChild child, DecoderEnd end = DecoderEnd.Recycled)
    {
        Interlocked.Decrement(ref _living);
        DecoderMetrics.Ended(end);
        return child.DisposeAsync().AsTask();
    }

    /// <returns>False if the pool is closed or has more decoders than <see cref="Size"/>.</returns>
    private bool TryPush(DecoderChild child)
    {
        lock (_idle)
        {
            if (_closed || Volatile.Read(ref _living) > Size) return false;
            _idle.Push(child);
            return true;
        }
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
                $"`{DecoderOptions.Section}:{nameof(DecoderOptions.RequireSandbox)}` is on, but this machine restricts decoders only by: {child.Hello.Protection}.");
        }

        Interlocked.Increment(ref _living);
        DecoderMetrics.Started();
        logger.DecoderStarted(child.Id);
        Version = child.Hello.Version;
        return child;
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
