using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>The inside of a decoder: reads a request, does it, answers, until there are no more. No host, no settings, no log.</summary>
internal static class DecoderLoop
{
    /// <summary>The argument that makes a worker's program a decoder.</summary>
    public const string Verb = "decoder";

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
            version = DecoderWork.Engine(new ImageLimits()).Version;
        }
        catch (NativeLibraryMissingException e)
        {
            Say(output, new DecoderReply { Missing = e.Message });
            return 1;
        }

        Say(output, new DecoderReply { Hello = new DecoderHello(version, Protection.Seal()) });
        var work = new DecoderWork();
        foreach (var request in Requests(input).GetConsumingEnumerable()) Say(output, work.Answer(request));
        return 0;
    }

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

    private static void Say(Stream output, DecoderReply reply)
    {
        output.Write([.. JsonSerializer.SerializeToUtf8Bytes(reply, DecoderJson.Default.DecoderReply), (byte)'\n']);
        output.Flush();
    }
}
