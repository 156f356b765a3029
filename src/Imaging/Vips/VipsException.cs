namespace Pipeline.Imaging.Vips;

/// <summary>An error of libvips with its message, which is for the log only and never for the owner of the file.</summary>
/// <remarks>
/// libvips has one error buffer for the whole process, so two images that fail at the same time can get each other's message. Therefore decide
/// only <see cref="OutOfMemory"/> by the message.
/// </remarks>
internal sealed class VipsException(string operation, string words) : Exception($"{operation}: {words}")
{
    /// <summary>True if memory ran out: the machine is the cause, not the file.</summary>
    public bool OutOfMemory { get; } = words.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || words.Contains("insufficient memory", StringComparison.OrdinalIgnoreCase);
}
