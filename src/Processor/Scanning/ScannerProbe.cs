using System.IO.Compression;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Processor.Scanning;

/// <summary>
/// Checks whether clamd is reliable: it answers, it finds the EICAR file, and its configuration makes OK mean "all was scanned".
/// Used for readiness, and by a host that chooses its scanner by whether clamd is running.
/// </summary>
public sealed class ScannerProbe(IOptions<ClamdOptions> options, TimeProvider time)
{
    /// <summary>More layers than any clamd unpacks: the highest value of its MaxRecursion is 100.</summary>
    private const int Layers = 101;

    private static readonly Lazy<byte[]> DeepArchive = new(MakeDeepArchive);

    private readonly ClamdScanner _scanner = new(options, time);

    // Checked until it succeeds once: scanning a stream as long as the largest upload every few seconds is too expensive.
    private bool _takesLargest;

    /// <summary>For a host that has no services yet; throws <see cref="OptionsValidationException"/> as a start would.</summary>
    public static ScannerProbe For(IConfiguration configuration, TimeProvider time) =>
        new(Options.Create(ValidatedOptions.Read<ClamdOptions>(configuration, ClamdOptions.Section)), time);

    /// <summary>Runs all checks with the deadlines of the options; throws only if cancelled.</summary>
    public async Task<ScannerHealth> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await PingAsync(cancellationToken) ?? await JudgeAsync(cancellationToken);
        }
        catch (ScannerUnavailableException e)
        {
            return new ScannerHealth.Unreliable(e.Message);
        }
    }

    private async Task<ScannerHealth?> PingAsync(CancellationToken cancellationToken)
    {
        using var connection = await ClamdConnection.OpenAsync(options.Value, time, cancellationToken);
        var text = await connection.TrySendAsync(ClamdProtocol.Ping, cancellationToken)
            ? await connection.ReceiveAsync(dueAtOnce: true, cancellationToken)
            : "";
        return text == "PONG" ? null : new ScannerHealth.Unreliable($"The server at {options.Value.Address} does not answer like clamd.");
    }

    private async Task<ScannerHealth> JudgeAsync(CancellationToken cancellationToken)
    {
        if (await ScanAsync(Eicar.Bytes.ToArray(), cancellationToken) is not ScanVerdict.Infected { Scanner: var scanner })
            return new ScannerHealth.Unreliable("clamd does not find the EICAR test file: does it have signatures?");

        if (await ScanAsync(DeepArchive.Value, cancellationToken) is ScanVerdict.Clean)
            return new ScannerHealth.Unreliable("clamd says OK to files that it has not scanned: set AlertExceedsMax to yes in its clamd.conf.");

        // A truncated GIF header: if AlertBrokenMedia is on, the scanner throws and names that setting.
        await ScanAsync("GIF89a\u0001\0"u8.ToArray(), cancellationToken);

        var age = time.GetUtcNow() - ClamdVersion.SignaturesFrom(scanner);
        return new ScannerHealth.Reliable(scanner, age, await FindLowLimitAsync(cancellationToken));
    }

    private async Task<string?> FindLowLimitAsync(CancellationToken cancellationToken)
    {
        if (_takesLargest) return null;
        await using var largest = new Zeros(options.Value.LargestFile);
        if (await _scanner.ScanAsync(largest, options.Value.LargestFile, cancellationToken) is ScanVerdict.LimitExceeded { Limit: var limit }) return limit;
        _takesLargest = true;
        return null;
    }

    private async Task<ScanVerdict> ScanAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        return await _scanner.ScanAsync(stream, bytes.Length, cancellationToken);
    }

    private static byte[] MakeDeepArchive()
    {
        byte[] inner = [0];
        for (var layer = 0; layer < Layers; layer++)
        {
            using var outer = new MemoryStream();
            using (var archive = new ZipArchive(outer, ZipArchiveMode.Create))
            using (var entry = archive.CreateEntry("a", CompressionLevel.NoCompression).Open())
                entry.Write(inner);
            inner = outer.ToArray();
        }

        return inner;
    }
}

/// <summary>The result of a <see cref="ScannerProbe"/>.</summary>
public abstract record ScannerHealth
{
    /// <summary>The scanner's verdicts can be trusted.</summary>
    /// <param name="Scanner">Name and version.</param>
    /// <param name="SignatureAge">Age of the signatures, exact to a day; null if the scanner does not report it.</param>
    /// <param name="LowLimit">The limit that stops the scan of a file of the largest size; null if such a file is scanned.</param>
    public sealed record Reliable(string Scanner, TimeSpan? SignatureAge, string? LowLimit) : ScannerHealth;

    /// <summary>The scanner is unreachable, or its verdicts cannot be trusted.</summary>
    /// <param name="Reason">For the operator: the fault and, if known, the setting that fixes it.</param>
    public sealed record Unreliable(string Reason) : ScannerHealth;
}
