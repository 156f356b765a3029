using Microsoft.Extensions.Logging;
using Pipeline.Contracts;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// One image and its decoder, reserved for it until the session is disposed. A decoder that dies is replaced once; both share one budget.
/// </summary>
internal sealed class DecoderSession(DecoderProcessPool processes, IDisposable place, ImageBudget budget, ImageLimits limits, ILogger logger) : IOpenImage
{
    private const string SourceName = "source";
    private const string WatermarkName = "watermark";
    private const int MaxTries = 2;

    private DecoderChild? _child;
    private bool _isFresh;
    private int _crashes;
    private int _gone;

    /// <inheritdoc />
    public ImageFacts Facts { get; private set; } = null!;

    /// <summary>Sends the first request, which sets <see cref="Facts"/>.</summary>
    /// <returns>The reason for a refusal, or null.</returns>
    public async Task<Rejection?> InspectAsync(string path, CancellationToken cancellationToken)
    {
        var judged = await AskAsync<ImageFacts>(
            folder => new DecoderRequest { Limits = limits, Inspect = folder.Lend(path, SourceName) },
            (reply, _) => ReplyCheck.Facts(reply.Facts ?? throw Nonsense(), limits),
            cancellationToken);
        if (!judged.Passed(out var facts, out var refused)) return refused;
        Facts = facts;
        return null;
    }

    /// <inheritdoc />
    public Task<StepResult<Rendering>> RenderAsync(RenderRequest request, CancellationToken cancellationToken)
    {
        budget.Grow(request.Profile);
        return AskAsync<Rendering>(
            folder => new DecoderRequest
            {
                Limits = limits,

                // Lend every path of a request here: a decoder can open only files that were lent.
                Render = request with
                {
                    SourcePath = folder.Lend(request.SourcePath, SourceName),
                    OutputFolder = DecoderFolder.Out,
                    WatermarkPath = request.WatermarkPath is { } watermark ? folder.Lend(watermark, WatermarkName) : null,
                },
            },
            (reply, child) =>
            {
                var rendering = ReplyCheck.Rendering(reply.Rendering ?? throw Nonsense(), request);
                return rendering with { Variants = child.Folder.Take(rendering.Variants, request.OutputFolder), Engine = child.Hello.Version };
            },
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_child is { } child) await ReturnAsync(child, reusable: true);
        place.Dispose();
    }

    private static bool IsTimeout(DecoderAnswer answer) => answer is DecoderAnswer.Late or DecoderAnswer.Said { Reply.Rejection.Code: RejectionCode.DecodeTimeout };

    private static DecoderEnd EndOf(DecoderAnswer answer) => answer switch
    {
        DecoderAnswer.Late => DecoderEnd.Timeout,
        DecoderAnswer.Gone => DecoderEnd.Gone,
        DecoderAnswer.Killed => DecoderEnd.Killed,
        DecoderAnswer.Crashed => DecoderEnd.Crashed,
        _ => DecoderEnd.Recycled,
    };

    private static InvalidDataException Nonsense() => new("Its reply does not match the request.");

    private async Task<StepResult<T>> AskAsync<T>(
        Func<DecoderFolder, DecoderRequest> ask, Func<DecoderReply, DecoderChild, StepResult<T>> check, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var child = _child ??= await processes.TakeAsync(_isFresh, cancellationToken);
            var (reusable, end) = (false, DecoderEnd.Abandoned);
            try
            {
                var answer = await budget.SpendAsync(child, ask(child.Folder), cancellationToken);
                (answer, var judged) = Interpret(answer, child, check);
                end = EndOf(answer);
                if (IsTimeout(answer) && budget.IsStarved)
                {
                    logger.DecoderStarved(child.Id);
                    throw new ProcessingFaultException(FailureCode.WorkerOverloaded, "The worker's machine is overloaded: the image got hardly any processor time.");
                }

                if (answer is DecoderAnswer.Said)
                {
                    reusable = true;
                    return judged;
                }

                if (Explain(answer, child) is { } refused) return refused;
            }
            finally
            {
                if (!reusable) await ReturnAsync(child, reusable: false, end);
            }
        }
    }

    private Task ReturnAsync(DecoderChild child, bool reusable, DecoderEnd end = DecoderEnd.Recycled)
    {
        _child = null;
        _isFresh = true;
        return processes.ReturnAsync(child, reusable, end);
    }

    /// <returns>The rejection of the file, or null to try another decoder.</returns>
    private Rejection? Explain(DecoderAnswer answer, DecoderChild child)
    {
        switch (answer)
        {
            case DecoderAnswer.Late:
                logger.DecoderLate(child.Id);
                return new Rejection(RejectionCode.DecodeTimeout, "Processing the image takes too long.");
            case DecoderAnswer.Gone:
                logger.DecoderGone(child.Id);
                return ++_gone == MaxTries ? throw new DecoderException("Decoders exit before they receive a request.") : null;
            case DecoderAnswer.Killed:
                // A file cannot make a decoder end by SIGKILL, so the file is not rejected: the worker tries it again later.
                logger.DecoderLost(child.Id, ++_crashes, "It was killed.");
                return _crashes == MaxTries ? throw new DecoderException("Decoders are killed; the machine may be short of memory.") : null;
            case DecoderAnswer.Crashed { Why: var why }:
                // One crash can be a coincidence. The second decoder was new and had handled no other image, so the file is the cause.
                logger.DecoderLost(child.Id, ++_crashes, why);
                return _crashes == MaxTries ? new Rejection(RejectionCode.DecoderCrashed, "The image makes the decoder crash or run out of memory.") : null;
            default:
                return null;
        }
    }

    /// <summary>A bug in our code that this file triggers. It counts as a crash, so that the file is rejected and not retried forever.</summary>
    private DecoderAnswer.Crashed Stumbled(string thrown, DecoderChild child)
    {
        var words = ReplyCheck.Sentence(thrown);
        logger.DecoderThrew(child.Id, words);
        return new DecoderAnswer.Crashed(words);
    }

    private (DecoderAnswer Answer, StepResult<T> StepResult) Interpret<T>(
        DecoderAnswer answer, DecoderChild child, Func<DecoderReply, DecoderChild, StepResult<T>> check)
        where T : class
    {
        try
        {
            return answer switch
            {
                DecoderAnswer.Said { Reply.Rejection: { } rejection } => (answer, ReplyCheck.Rejection(rejection)),
                DecoderAnswer.Said { Reply.Fault: { } fault } => throw new DecoderException($"A decoder reported an error: {ReplyCheck.Sentence(fault)}"),
                DecoderAnswer.Said { Reply.Thrown: { } thrown } => (Stumbled(thrown, child), default),
                DecoderAnswer.Said { Reply.OutOfMemory: true } => (new DecoderAnswer.Crashed("It ran out of memory."), default),
                DecoderAnswer.Said said => (said, check(said.Reply, child)),
                _ => (answer, default),
            };
        }
        catch (InvalidDataException e)
        {
            return (new DecoderAnswer.Crashed(e.Message), default);
        }
    }
}
