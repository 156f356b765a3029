using System.Collections.Concurrent;
using System.Globalization;
using Pipeline.Contracts;

namespace Pipeline.Fuzz;

/// <summary>Processes mutated images, two at a time, and keeps those that show a fault.</summary>
internal sealed class FuzzRun(Arguments arguments, Mutator mutator, Engine engine, string workFolder)
{
    public const int AtOnce = 2;

    private readonly ConcurrentBag<string> _faults = [];

    /// <summary>Number of images for each outcome; a fault of ours has its exception's name.</summary>
    public ConcurrentDictionary<string, int> Endings { get; } = new(StringComparer.Ordinal);

    /// <summary>Images that caused an exception, here or in a decoder.</summary>
    public IReadOnlyCollection<string> Faults => [.. _faults, .. engine.Thrown];

    /// <summary>Processes the images from <paramref name="from"/> up to <paramref name="to"/>, exclusive.</summary>
    public Task RunAsync(int from, int to, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(from, to - from),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (index, cancelled) => await ProcessAsync(index, cancelled));

    private async Task ProcessAsync(int index, CancellationToken cancellationToken)
    {
        // A generator for each image, so that any image can be made again without the earlier ones.
        var bytes = mutator.Next(new Random(HashCode(arguments.Seed, index)));
        var folder = Directory.CreateDirectory(Path.Combine(workFolder, index.ToString(CultureInfo.InvariantCulture)));
        try
        {
            var source = Path.Combine(folder.FullName, "source");
            await File.WriteAllBytesAsync(source, bytes, cancellationToken);
            var ending = await engine.ProcessAsync(source, folder.CreateSubdirectory("out").FullName, index, cancellationToken);
            Endings.AddOrUpdate(ending, 1, (_, n) => n + 1);
            if (ending is RejectionCode.DecoderCrashed or RejectionCode.DecodeTimeout)
                Keep(index, ending, bytes);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _faults.Add($"image {index}: {e.GetType().Name}: {e.Message}");
            Keep(index, "fault", bytes);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void Keep(int index, string ending, byte[] bytes)
    {
        Directory.CreateDirectory(arguments.Keep);
        File.WriteAllBytes(Path.Combine(arguments.Keep, $"{arguments.Seed}-{index}-{ending}"), bytes);
    }

    // .NET's own hash codes differ from run to run.
    private static int HashCode(int seed, int index) => unchecked((seed * 16_777_619) ^ (index * 486_187_739));
}
