using System.Reflection;
using Pipeline.Imaging.Profiles;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// Lets a new decoder render a small built-in picture before it gets a real image. The first image makes .NET compile the code of all steps,
/// which takes as long as a photo.
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

    /// <returns>False if the decoder cannot be used again.</returns>
    public static async Task<bool> RunAsync(DecoderChild child, ImageLimits limits, TimeSpan limit, TimeSpan cpu, CancellationToken cancellationToken)
    {
        var path = child.Folder.Lend(Picture.Value, Name);
        var looked = await child.AskAsync(new DecoderRequest { Limits = limits, Inspect = path }, limit, cpu, cancellationToken);

        // If JPEG is not an accepted type, the decoder refuses the picture; then less code is compiled in advance.
        if (looked is not DecoderAnswer.Said { Reply.Facts: { } facts }) return looked is DecoderAnswer.Said;
        var render = new RenderRequest(path, facts, new Profile(), DecoderFolder.Out);
        var made = await child.AskAsync(new DecoderRequest { Limits = limits, Render = render }, limit, cpu, cancellationToken);
        return made is DecoderAnswer.Said { Reply.Rendering: not null } && child.Folder.TryClear();
    }
}
