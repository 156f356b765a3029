using System.Net.Sockets;

namespace Pipeline.Corpus;

/// <summary>Checks that clamd has the corpus's signatures, without which the infected rows would prove nothing.</summary>
internal static class ClamdCheck
{
    public static async Task DemandAsync(string address, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var uri = new Uri(address);
            using var client = new TcpClient();
            await client.ConnectAsync(uri.Host, uri.Port, either.Token);
            await client.GetStream().WriteAsync("nPING\n"u8.ToArray(), either.Token);
            var reply = new byte[5];
            await client.GetStream().ReadExactlyAsync(reply, either.Token);
            if (reply.AsSpan().SequenceEqual("PONG\n"u8))
                return;
        }
        catch (Exception e) when (e is SocketException or IOException or UriFormatException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CorpusException(Help(address), e);
        }

        throw new CorpusException(Help(address));
    }

    private static string Help(string address) =>
        $"No clamd answers at {address}; start one with the corpus's own signatures: CLAMD_DB=DIR/clamav-testdb ./services.sh up clamd";
}
