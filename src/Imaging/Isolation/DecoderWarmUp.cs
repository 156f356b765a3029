using System.Reflection;
using Pipeline.Imaging.Isolation.Kernel;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// A small picture of our own that a new decoder makes before somebody waits for it. The first image makes .NET compile the code of all steps, which
/// takes as long again as a photo does.
/// </summary>
internal static class DecoderWarmUp
{
    private const string Name = "rehearsal.jpg";

    private static readonly Lazy<byte[]> Picture = new(() =>
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    });

    /// <returns>False if the decoder cannot be asked again.</returns>
    public static async Task<bool> RunAsync(DecoderChild child, ImageLimits limits, TimeSpan limit, TimeSpan cpu, CancellationToken cancellationToken)
    {
        var path = child.Folder.Lend(Picture.Value, Name);
        var looked = await child.AskAsync(new DecoderRequest { Limits = limits, Inspect = path }, limit, cpu, cancellationToken);

        // A worker that takes no JPEGs has its decoders compile less.
        if (looked is not DecoderAnswer.Said { Reply.Facts: { } facts }) return looked is DecoderAnswer.Said;
        var render = new RenderRequest(path, facts, new Profile(), DecoderFolder.Out);
        var made = await child.AskAsync(new DecoderRequest { Limits = limits, Render = render }, limit, cpu, cancellationToken);
        return made is DecoderAnswer.Said { Reply.Rendering: not null } && child.Folder.TryClear();
    }
}
