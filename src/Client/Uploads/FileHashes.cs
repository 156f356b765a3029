using System.Collections.Concurrent;

namespace Pipeline.Client;

/// <summary>The SHA-256 of each file, read once.</summary>
internal sealed class FileHashes
{
    private readonly ConcurrentDictionary<LocalFile, string> _known = new();

    /// <summary>64 lower-case hex digits; throws <see cref="PipelineException"/> if the file cannot be read.</summary>
    public async Task<string> OfAsync(LocalFile file, CancellationToken cancellationToken) =>
        _known.TryGetValue(file, out var known) ? known : _known[file] = await file.HashAsync(cancellationToken);

    /// <summary>Reads several files at once and leaves out those that cannot be read.</summary>
    public async Task<IReadOnlyDictionary<LocalFile, string>> OfReadableAsync(IReadOnlyCollection<LocalFile> files, CancellationToken cancellationToken)
    {
        var hashes = new ConcurrentDictionary<LocalFile, string>();
        await Parallel.ForEachAsync(files, cancellationToken, async (file, token) =>
        {
            try
            {
                hashes[file] = await OfAsync(file, token);
            }
            catch (PipelineException)
            {
                // The file reports this itself when its turn comes.
            }
        });
        return hashes;
    }
}
