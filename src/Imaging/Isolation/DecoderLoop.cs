using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>Main loop of a decoder process: reads a request, executes it, replies, until its input ends. No host, no settings, no log.</summary>
internal static class DecoderLoop
{
    /// <summary>The argument that starts this program as a decoder.</summary>
    public const string Verb = "decoder";

    // Ctrl-C and service managers signal all processes of a worker at once. A decoder ignores the signals, because its worker may need it to
    // finish an image first; it exits when the worker closes its input.
    private static readonly PosixSignal[] IgnoredSignals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    /// <returns>The status of the process.</returns>
    public static int Run()
    {
        foreach (var signal in IgnoredSignals) _ = PosixSignalRegistration.Create(signal, received => received.Cancel = true);
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
    /// A separate thread reads the requests and exits the process when the input ends. Otherwise a killed worker could leave a decoder behind
    /// that works on an image forever.
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
