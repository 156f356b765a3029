using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Pipeline.Storage;

namespace Pipeline.EndToEnd;

/// <summary>All uploaded bytes are scanned and decoded: every step reads the same file.</summary>
public sealed class ScannedBytesTests
{
    [Fact]
    public async Task What_clamd_gets_is_as_long_as_the_upload_and_as_what_was_decoded_and_frozen()
    {
        using var photos = new Photos();
        await using var clamd = new CountingClamd();
        await using var server = await Server.StartAsync(("Processor__Clamd__Address", clamd.Address));
        using var alice = await server.PersonAsync();
        foreach (var padding in new[] { 0, 1, 4095, 65_536 })
        {
            // After the end of the image, where a decoder does not need them.
            byte[] file = [.. File.ReadAllBytes(photos.Make("photo.png", "-size", "64x64", "plasma:fractal")), .. new byte[padding]];
            var asset = await alice.TerminalAsync(await alice.UploadAsync(file, "photo.png", "image/png"));

            asset.Text("status").ShouldBe("ready");
            asset.Json["size"]!.GetValue<long>().ShouldBe(file.Length);
            clamd.Streams.ShouldContain(file.Length);
            var original = Directory.EnumerateFiles(Path.Combine(server.DataFolder, "objects", ObjectKey.OriginalsOf(asset.Id))).Single(f => !f.EndsWith("~meta", StringComparison.Ordinal) && !Path.GetFileName(f).StartsWith("manifest~", StringComparison.Ordinal));
            File.ReadAllBytes(original).ShouldBe(file);
        }
    }

    /// <summary>Replies like clamd, finds only EICAR, and counts.</summary>
    private sealed class CountingClamd : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _serving;

        public CountingClamd()
        {
            _listener.Start();
            _serving = AcceptAsync();
        }

        public string Address => $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        /// <summary>The length of each completed stream.</summary>
        public ConcurrentBag<long> Streams { get; } = [];

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            _listener.Dispose();
            await _serving;
            _stop.Dispose();
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                var stream = client.GetStream();
                var command = "";
                for (var one = new byte[1]; await stream.ReadAsync(one, _stop.Token) == 1 && one[0] != 0;) command += (char)one[0];
                var reply = command switch
                {
                    "zPING" => "PONG\0",
                    "zVERSION" => $"ClamAV 1.4.6/27500/{TimeProvider.System.GetUtcNow():ddd MMM dd HH:mm:ss yyyy}\0",
                    _ => await JudgeAsync(stream),
                };
                await stream.WriteAsync(Encoding.Latin1.GetBytes(reply), _stop.Token);
            }
        }

        private async Task<string> JudgeAsync(NetworkStream stream)
        {
            using var all = new MemoryStream();
            for (var header = new byte[4]; ;)
            {
                await stream.ReadExactlyAsync(header, _stop.Token);
                var length = BinaryPrimitives.ReadInt32BigEndian(header);
                if (length == 0) break;
                var chunk = new byte[length];
                await stream.ReadExactlyAsync(chunk, _stop.Token);
                all.Write(chunk);
            }

            Streams.Add(all.Length);
            var isInfected = all.ToArray().AsSpan().IndexOf(EicarFile.Bytes) >= 0;
            // clamd reports an archive that is nested too deeply; the worker tests that at its start.
            var isArchive = all.Length > 2 && all.ToArray().AsSpan(0, 2).SequenceEqual("PK"u8);
            return isInfected ? "stream: Test.Eicar FOUND\0" : isArchive ? "stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND\0" : "stream: OK\0";
        }
    }
}
