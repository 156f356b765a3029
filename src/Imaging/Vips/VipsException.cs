namespace Pipeline.Imaging.Vips;

/// <summary>libvips refused something, in its own words: for the log, never for the owner of the file.</summary>
/// <remarks>
/// Its error buffer is one for the whole process, so two images that fail at the same time can have each other's words here. Nothing but
/// <see cref="OutOfMemory"/> may be decided by them.
/// </remarks>
internal sealed class VipsException(string operation, string words) : Exception($"{operation}: {words}")
{
    /// <summary>The machine's fault rather than the file's.</summary>
    public bool OutOfMemory { get; } = words.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || words.Contains("insufficient memory", StringComparison.OrdinalIgnoreCase);
}
