using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Processor.Imaging.Codecs;
using Pipeline.Processor.Imaging.Isolation.Kernel;
using Pipeline.Processor.Imaging.Variants;
using Pipeline.Processor.Imaging.Vips;
using Pipeline.Processor.Processing;

namespace Pipeline.Processor.Imaging.Isolation;

/// <summary>The inside of a decoder: reads a request, does it, answers, until there are no more. No host, no settings, no log.</summary>
internal static class DecoderLoop
{
    /// <summary>The argument that makes a worker's program a decoder.</summary>
    public const string Verb = "decoder";

    /// <summary>Above so many pixels what an image took is given back at once; below, the next image will take it again.</summary>
    private const long LargeImage = 25_000_000;

    // Ctrl-C and service managers signal all processes of a worker at once. A decoder ends with its worker, which may want to finish first.
    private static readonly PosixSignal[] ForTheWorker = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    /// <returns>The status of the process.</returns>
    public static int Run()
    {
        foreach (var signal in ForTheWorker) _ = PosixSignalRegistration.Create(signal, received => received.Cancel = true);
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        string version;
        try
        {
            version = Engine(new ImageLimits()).Version;
        }
        catch (NativeLibraryMissingException e)
        {
            Say(output, new DecoderReply { Missing = e.Message });
            return 1;
        }

        Say(output, new DecoderReply { Hello = new DecoderHello(version, Protection.Seal()) });
        foreach (var request in Requests(input).GetConsumingEnumerable()) Say(output, Answer(request));
        return 0;
    }

    private static VipsImageEngine Engine(ImageLimits limits) => new(Options.Create(limits), TimeProvider.System, NullLogger<VipsImageEngine>.Instance);

    /// <summary>
    /// Read by a thread of its own, which ends the process with the last request: a worker that was killed must not leave a decoder behind that
    /// is at work on something for ever.
    /// </summary>
    private static BlockingCollection<DecoderRequest> Requests(Stream input)
    {
        var requests = new BlockingCollection<DecoderRequest>();
        new Thread(() =>
        {
            using var lines = new StreamReader(input);
            while (lines.ReadLine() is { } line) requests.Add(JsonSerializer.Deserialize(line, DecoderJson.Default.DecoderRequest)!);
            Sys.Exit(0);
        })
        { IsBackground = true }.Start();
        return requests;
    }

    private static DecoderReply Answer(DecoderRequest request)
    {
        try
        {
            return request switch
            {
                { Render: { } render } => Render(render, request.Limits),
                { Prepare: { } formats } => Prepare(formats, request.Limits),
                _ => Inspect(request.Inspect!, request.Limits),
            };
        }
        catch (Exception e) when (e is OutOfMemoryException or VipsException { OutOfMemory: true })
        {
            return new DecoderReply { OutOfMemory = true };
        }
        catch (NativeLibraryMissingException e)
        {
            return new DecoderReply { Missing = e.Message };
        }
        catch (Exception e) when (e is not NativeLibraryMissingException)
        {
            return new DecoderReply { Fault = $"{e.GetType().Name}: {e.Message}" };
        }
    }

    private static DecoderReply Prepare(IReadOnlyList<string> formats, ImageLimits limits)
    {
        _ = Engine(limits);
        if (formats.Contains(ImageFormats.Avif)) AvifEncoder.ThrowUnlessAvailable();
        return new DecoderReply { Prepared = true };
    }

    private static DecoderReply Inspect(string path, ImageLimits limits) =>
        Engine(limits).InspectAsync(path, CancellationToken.None).GetAwaiter().GetResult().Passed(out var facts, out var refused)
            ? new DecoderReply { Facts = facts }
            : new DecoderReply { Rejection = refused };

    private static DecoderReply Render(RenderRequest request, ImageLimits limits)
    {
        var judged = Engine(limits).RenderAsync(request, CancellationToken.None).GetAwaiter().GetResult();
        if ((long)request.Facts.Width * request.Facts.Height > LargeImage) _ = LibC.GiveBackMemory(0);
        return judged.Passed(out var rendering, out var refused)
            ? new DecoderReply { Rendering = rendering }
            : new DecoderReply { Rejection = refused };
    }

    private static void Say(Stream output, DecoderReply reply)
    {
        output.Write([.. JsonSerializer.SerializeToUtf8Bytes(reply, DecoderJson.Default.DecoderReply), (byte)'\n']);
        output.Flush();
    }
}
