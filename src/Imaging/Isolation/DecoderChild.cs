using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>The worker's handle to one decoder process. The process is untrusted and handles one request at a time.</summary>
internal sealed class DecoderChild : IAsyncDisposable
{
    private const int MegaByte = 1024 * 1024;
    private const int OpenFiles = 256;
    private const int Killed = 128 + 9;
    private const int OutOfCpu = 128 + 24;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Lines _lines;
    private readonly DecoderOptions _options;
    private readonly TimeProvider _time;
    private readonly Task _stderr;
    private TimeSpan? _cpuWhenKilled;

    private DecoderChild(Process process, DecoderFolder folder, DecoderOptions options, TimeProvider time, ILogger logger)
    {
        (_process, Folder, _options, _time) = (process, folder, options, time);
        _lines = new Lines(process.StandardOutput.BaseStream);
        _stderr = StderrLogger.LogAsync(process.StandardError.BaseStream, process.Id, logger);
    }

    public int Id => _process.Id;

    public DecoderFolder Folder { get; }

    /// <summary>The first reply of the process, checked.</summary>
    public DecoderHello Hello { get; private set; } = null!;

    /// <summary>Number of requests sent so far.</summary>
    public int Asked { get; private set; }

    public bool HasEnded => _process.HasExited;

    /// <summary>CPU time used since its start; null once it has exited by itself.</summary>
    public TimeSpan? CpuTime => _cpuWhenKilled ?? Limits.CpuTime(Id);

    /// <summary>Starts a decoder and waits until it is ready.</summary>
    /// <exception cref="NativeLibraryMissingException">The decoder reports a missing library.</exception>
    /// <exception cref="DecoderException">The decoder does not start.</exception>
    public static async Task<DecoderChild> StartAsync(
        DecoderProgram program, string path, DecoderOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var folder = new DecoderFolder(path);
        DecoderChild? child = null;
        try
        {
            child = new DecoderChild(Process.Start(program.In(folder))!, folder, options, time, logger);
            await child.GreetAsync(cancellationToken);
            return child;
        }
        catch (Exception e)
        {
            if (child is null) folder.Dispose();
            else await child.DisposeAsync();
            if (e is Win32Exception) throw new DecoderException($"A decoder cannot be started: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Sends a request and waits for the reply. The decoder can be used again only after <see cref="DecoderAnswer.Said"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">Wall-time limit for the reply.</param>
    /// <param name="cpu">CPU-time limit; the kernel counts in whole seconds, so it is at least one.</param>
    /// <param name="cancellationToken">Kills the decoder.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; the decoder was killed.</exception>
    public async Task<DecoderAnswer> AskAsync(DecoderRequest request, TimeSpan limit, TimeSpan cpu, CancellationToken cancellationToken)
    {
        Asked++;
        try
        {
            Limits.GrantCpu(Id, cpu);
            var input = _process.StandardInput.BaseStream;
            await input.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(request, DecoderJson.Default.DecoderRequest), (byte)'\n'], cancellationToken);
            await input.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or Win32Exception)
        {
            // The process has exited: the pipe has no reader, or the kernel no longer knows the process id.
            return new DecoderAnswer.Gone();
        }

        return await ReadAsync(limit, cancellationToken);
    }

    public void Kill()
    {
        if (_process.HasExited) return;
        _cpuWhenKilled = Limits.CpuTime(Id);
        _process.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        using (var limit = new CancellationTokenSource(EndLimit, _time))
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
        await _stderr.WaitAsync(EndLimit, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Folder.Dispose();
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        var reply = await ReadAsync(StartLimit, cancellationToken) switch
        {
            DecoderAnswer.Said said => said.Reply,
            DecoderAnswer.Crashed crashed => throw new DecoderException($"A decoder does not start: {crashed.Why}"),
            DecoderAnswer.Killed => throw new DecoderException("A decoder was killed while it started."),
            _ => throw new DecoderException("A decoder was not ready in time."),
        };
        if (reply.Missing is { } missing) throw new NativeLibraryMissingException(ReplyCheck.Sentence(missing));
        Hello = ReplyCheck.Hello(reply.Hello ?? throw new DecoderException("A decoder started without its first message."));
        Limits.Set(Id, (ulong)_options.MemoryMegabytes!.Value * MegaByte, (ulong)DecoderFolder.MaxFileBytes, OpenFiles);
    }

    private async Task<DecoderAnswer> ReadAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            if (await _lines.ReadAsync(either.Token) is not { } line) return await EndAsync();
            var reply = JsonSerializer.Deserialize(line.Span, DecoderJson.Default.DecoderReply);
            return reply?.Count == 1 ? new DecoderAnswer.Said(reply) : new DecoderAnswer.Crashed("Its reply holds no answer, or several.");
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or IOException)
        {
            return new DecoderAnswer.Crashed($"Its reply is invalid: {ReplyCheck.Sentence(e.Message)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Kill();
            return new DecoderAnswer.Late();
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw;
        }
    }

    private async Task<DecoderAnswer> EndAsync()
    {
        // The process may have closed its output without exiting.
        using var limit = new CancellationTokenSource(EndLimit, _time);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
        {
            Kill();
            return new DecoderAnswer.Crashed("It closed its output.");
        }

        return _process.ExitCode switch
        {
            OutOfCpu => new DecoderAnswer.Late(),
            Killed => new DecoderAnswer.Killed(),
            var code => new DecoderAnswer.Crashed(code > 128 ? $"It ended by signal {code - 128}." : $"It ended with status {code}."),
        };
    }
}
