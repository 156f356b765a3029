using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Variants;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Isolation;

/// <summary>Handles a decoder's requests one after the other, and keeps an inspected image open until it is rendered.</summary>
internal sealed class DecoderWork
{
    /// <summary>Pixels above which an image's memory goes back to the system at once; below, the next image reuses it.</summary>
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
            // Caused by the disk, another library version or the watermark: the next file would fail in the same way.
            return new DecoderReply { Fault = Words(e) };
        }
        catch (Exception e) when (e is not NativeLibraryMissingException)
        {
            // Only the file can be the cause, so this counts against the file and it is not retried forever.
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
        // The previous image may still be open, because it was not rendered.
        Close();
        return Wait(Engine(limits).OpenAsync(path, CancellationToken.None)).Passed(out _open, out var refused)
            ? new DecoderReply { Facts = _open.Facts }
            : new DecoderReply { Rejection = refused };
    }

    private DecoderReply Render(RenderRequest request, ImageLimits limits)
    {
        try
        {
            // Another decoder inspected the image and has exited since.
            if (_open is null && !Wait(Engine(limits).OpenAsync(request.SourcePath, CancellationToken.None)).Passed(out _open, out var refused))
                return new DecoderReply { Rejection = refused };
            return Wait(_open!.RenderAsync(request, CancellationToken.None)).Passed(out var rendering, out refused)
                ? new DecoderReply { Rendering = rendering }
                : new DecoderReply { Rejection = refused };
        }
        finally
        {
            Close();
            if ((long)request.Facts.Width * request.Facts.Height > LargeImage) LibC.GiveBackMemory();
        }
    }

    private void Close()
    {
        if (_open is { } open) open.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _open = null;
    }

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
