using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>One decoder as the worker sees it: a process that is asked one thing at a time and is not trusted.</summary>
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
    private readonly Task _complaints;

    private DecoderChild(Process process, DecoderFolder folder, DecoderOptions options, TimeProvider time, ILogger logger)
    {
        (_process, Folder, _options, _time) = (process, folder, options, time);
        _lines = new Lines(process.StandardOutput.BaseStream);
        _complaints = StderrLogger.LogAsync(process.StandardError.BaseStream, process.Id, logger);
    }

    public int Id => _process.Id;

    public DecoderFolder Folder { get; }

    /// <summary>How it has greeted.</summary>
    public DecoderHello Hello { get; private set; } = null!;

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public bool HasEnded => _process.HasExited;

    /// <summary>What it has used since it started; null once it has ended.</summary>
    public TimeSpan? CpuTime => Limits.CpuTime(Id);

    /// <summary>Starts a decoder and waits until it is ready.</summary>
    /// <exception cref="NativeLibraryMissingException">It says so.</exception>
    /// <exception cref="DecoderException">It does not start.</exception>
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

    /// <summary>Asks, and waits for the answer. Only <see cref="DecoderAnswer.Said"/> leaves a decoder that can be asked again.</summary>
    /// <param name="request">The question.</param>
    /// <param name="limit">How long the answer may take.</param>
    /// <param name="cpu">How much CPU time it may take; the kernel counts in whole seconds, so it is at least one.</param>
    /// <param name="cancellationToken">Ends the decoder.</param>
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
            // No reader at the other end of the pipe, or no longer in the kernel's books.
            return new DecoderAnswer.Gone();
        }

        return await ReadAsync(limit, cancellationToken);
    }

    public void Kill()
    {
        if (!_process.HasExited) _process.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        using (var limit = new CancellationTokenSource(EndLimit, _time))
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
        await _complaints.WaitAsync(EndLimit, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        Hello = ReplyCheck.Hello(reply.Hello ?? throw new DecoderException("A decoder starts without a greeting."));
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
            return reply?.Count == 1 ? new DecoderAnswer.Said(reply) : new DecoderAnswer.Crashed("It says nothing, or two things at once.");
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or IOException)
        {
            return new DecoderAnswer.Crashed($"It makes no sense: {ReplyCheck.Sentence(e.Message)}");
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
        // It may have closed its output only.
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
