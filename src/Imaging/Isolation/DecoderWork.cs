using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Isolation.Kernel;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Isolation;

/// <summary>What a decoder does: answers one request after the other, and keeps the image open that it has looked at.</summary>
internal sealed class DecoderWork
{
    /// <summary>Above so many pixels what an image took is given back at once; below, the next image will take it again.</summary>
    private const long LargeImage = 25_000_000;

    private IOpenImage? _open;

    public static VipsImageEngine Engine(ImageLimits limits) => new(Options.Create(limits), TimeProvider.System, NullLogger<VipsImageEngine>.Instance);

    public DecoderReply Answer(DecoderRequest request)
    {
        try
        {
            return request switch
            {
                { Render: { } render } => Render(render, request.Limits),
                { Prepare: { } formats } => Prepare(formats, request.Limits),
                _ => Inspect(request.Inspect!, request.Limits),
            };
        }
        catch (Exception e) when (e is OutOfMemoryException or VipsException { OutOfMemory: true })
        {
            return new DecoderReply { OutOfMemory = true };
        }
        catch (NativeLibraryMissingException e)
        {
            return new DecoderReply { Missing = e.Message };
        }
        catch (Exception e) when (e is DecoderException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // The disk, a library of another version, or a watermark: the next file would meet the same.
            return new DecoderReply { Fault = Words(e) };
        }
        catch (Exception e) when (e is not NativeLibraryMissingException)
        {
            // Nothing else is left that differs from one image to the next: so the file is judged and not tried again and again.
            return new DecoderReply { Thrown = Words(e) };
        }
    }

    private static string Words(Exception e) => $"{e.GetType().Name}: {e.Message}";

    private static DecoderReply Prepare(IReadOnlyList<string> formats, ImageLimits limits)
    {
        _ = Engine(limits);
        if (formats.Contains(ImageFormats.Avif)) AvifEncoder.ThrowUnlessAvailable();
        return new DecoderReply { Prepared = true };
    }

    private DecoderReply Inspect(string path, ImageLimits limits)
    {
        // Of an image that was not rendered after all.
        Close();
        return Wait(Engine(limits).OpenAsync(path, CancellationToken.None)).Passed(out _open, out var refused)
            ? new DecoderReply { Facts = _open.Facts }
            : new DecoderReply { Rejection = refused };
    }

    private DecoderReply Render(RenderRequest request, ImageLimits limits)
    {
        try
        {
            // Another decoder has looked at it, and has died since.
            if (_open is null && !Wait(Engine(limits).OpenAsync(request.SourcePath, CancellationToken.None)).Passed(out _open, out var refused))
                return new DecoderReply { Rejection = refused };
            return Wait(_open!.RenderAsync(request, CancellationToken.None)).Passed(out var rendering, out refused)
                ? new DecoderReply { Rendering = rendering }
                : new DecoderReply { Rejection = refused };
        }
        finally
        {
            Close();
            if ((long)request.Facts.Width * request.Facts.Height > LargeImage) _ = LibC.GiveBackMemory(0);
        }
    }

    private void Close()
    {
        if (_open is { } open) open.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _open = null;
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
