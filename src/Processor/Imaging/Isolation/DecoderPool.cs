using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Processor.Imaging.Profiles;
using Pipeline.Processor.Processing;

namespace Pipeline.Processor.Imaging.Isolation;

/// <summary>
/// The engine as the worker has it: every hostile byte is looked at by a child process, and what a child says is checked. A child that crashes,
/// hangs or takes too much costs the image that it worked on.
/// </summary>
internal sealed class DecoderPool(
    DecoderCrew crew, IOptions<ImageLimits> limits, IOptions<ImagingOptions> imaging, ILogger<DecoderPool> logger) : IImageEngine, IHostedService
{
    private const string SourceName = "source";
    private const string WatermarkName = "watermark";
    private const int MaxTries = 2;

    // The decoder has the same limit and tells it by itself; this is for one that does not come to it any more.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly ImageLimits _limits = limits.Value;

    /// <inheritdoc />
    public string Version => crew.Version ?? throw new InvalidOperationException("No decoder was started yet.");

    /// <summary>Starts one child, so that a missing library shows at the start and not with the first upload.</summary>
    /// <exception cref="NativeLibraryMissingException">A native library is not installed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var child = await crew.TakeAsync(fresh: false, cancellationToken);
        var prepared = false;
        try
        {
            var formats = imaging.Value.Profiles.Values.SelectMany(profile => profile.Formats).Distinct(StringComparer.Ordinal).ToList();
            var answer = await child.AskAsync(new DecoderRequest { Limits = _limits, Prepare = formats }, TimeSpan.FromSeconds(_limits.MaxSeconds), cancellationToken);
            if (answer is DecoderAnswer.Said { Reply.Missing: { } missing }) throw new NativeLibraryMissingException(ReplyCheck.Sentence(missing));
            prepared = answer is DecoderAnswer.Said { Reply.Prepared: true } ? true : throw new DecoderException("A decoder does not get ready.");
            logger.EngineStarted(child.Hello.Version);
            logger.DecodersProtected(crew.Size, child.Hello.Protection);
        }
        finally
        {
            await crew.ReturnAsync(child, prepared);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await crew.DisposeAsync();

    /// <inheritdoc />
    public Task<Judged<ImageFacts>> InspectAsync(string path, CancellationToken cancellationToken) => RunAsync<ImageFacts>(
        folder => new DecoderRequest { Limits = _limits, Inspect = folder.Lend(path, SourceName) },
        (reply, _) => ReplyCheck.Facts(reply.Facts ?? throw Nonsense(), _limits),
        cancellationToken);

    /// <inheritdoc />
    public Task<Judged<Rendering>> RenderAsync(RenderRequest request, CancellationToken cancellationToken) => RunAsync<Rendering>(
        folder => new DecoderRequest
        {
            Limits = _limits,

            // Every path of a request is lent here: what is not lent a decoder cannot open.
            Render = request with
            {
                SourcePath = folder.Lend(request.SourcePath, SourceName),
                OutputFolder = DecoderFolder.Out,
                WatermarkPath = request.WatermarkPath is { } watermark ? folder.Lend(watermark, WatermarkName) : null,
            },
        },
        (reply, child) =>
        {
            var rendering = ReplyCheck.Rendering(reply.Rendering ?? throw Nonsense());
            return rendering with { Variants = child.Folder.Take(rendering.Variants, request.OutputFolder), Engine = child.Hello.Version };
        },
        cancellationToken);

    private static InvalidDataException Nonsense() => new("It answers what it was not asked.");

    private async Task<Judged<T>> RunAsync<T>(
        Func<DecoderFolder, DecoderRequest> ask, Func<DecoderReply, DecoderChild, Judged<T>> check, CancellationToken cancellationToken)
        where T : class
    {
        using var place = await crew.EnterAsync(cancellationToken);
        for (int crashes = 0, gone = 0; ;)
        {
            var child = await crew.TakeAsync(fresh: crashes + gone > 0, cancellationToken);
            var reusable = false;
            try
            {
                var answer = await child.AskAsync(ask(child.Folder), TimeSpan.FromSeconds(_limits.MaxSeconds) + Grace, cancellationToken);
                (answer, var judged) = Interpret(answer, child, check);
                switch (answer)
                {
                    case DecoderAnswer.Said:
                        reusable = true;
                        return judged;
                    case DecoderAnswer.Late:
                        logger.DecoderLate(child.Id);
                        return new Rejection(RejectionCode.DecodeTimeout, "The image takes too long to process.");
                    case DecoderAnswer.Gone:
                        logger.DecoderGone(child.Id);
                        if (++gone == MaxTries) throw new DecoderException("Decoders end before they are asked.");
                        break;
                    case DecoderAnswer.Killed:
                        // No file makes a decoder kill itself in this way, so none is rejected for it: it is tried again later.
                        logger.DecoderLost(child.Id, ++crashes, "It was killed.");
                        if (crashes == MaxTries) throw new DecoderException("Decoders are killed; the machine may be short of memory.");
                        break;
                    case DecoderAnswer.Crashed { Why: var why }:
                        // Once can be an accident; the second one had nothing to do before this image.
                        logger.DecoderLost(child.Id, ++crashes, why);
                        if (crashes == MaxTries) return new Rejection(RejectionCode.DecoderCrashed, "The image makes the decoder crash or run out of memory.");
                        break;
                }
            }
            finally
            {
                await crew.ReturnAsync(child, reusable);
            }
        }
    }

    private static (DecoderAnswer Answer, Judged<T> Judged) Interpret<T>(
        DecoderAnswer answer, DecoderChild child, Func<DecoderReply, DecoderChild, Judged<T>> check)
        where T : class
    {
        try
        {
            return answer switch
            {
                DecoderAnswer.Said { Reply.Rejection: { } rejection } => (answer, ReplyCheck.Rejection(rejection)),
                DecoderAnswer.Said { Reply.Fault: { } fault } => throw new DecoderException($"A decoder met an error: {ReplyCheck.Sentence(fault)}"),
                DecoderAnswer.Said { Reply.OutOfMemory: true } => (new DecoderAnswer.Crashed("It got no more memory."), default),
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
