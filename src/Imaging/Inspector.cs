using Microsoft.Extensions.Logging;
using Pipeline.Contracts;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging;

/// <summary>Reads a file's type and size from its first bytes and header, and checks them against the limits; decodes nothing.</summary>
internal sealed class Inspector(ImageLimits limits, ILogger logger)
{
    private readonly List<ImageType> _inputs = [.. limits.Inputs.Select(ImageTypes.Parse).OfType<ImageType>().Distinct().Order()];

    /// <summary>The result owns the file. If the file is refused, the caller still owns it and disposes it.</summary>
    public StepResult<OpenedFile> Open(SourceFile file)
    {
        if (file.Length == 0)
        {
            return new Rejection(RejectionCode.Empty, "The file is empty.");
        }

        if (file.Length > int.MaxValue)
        {
            return new Rejection(RejectionCode.TooLarge, "The file has more than 2 GiB.");
        }

        if (ImageTypes.Sniff(file.Bytes) is not { } type || !_inputs.Contains(type))
        {
            return new Rejection(RejectionCode.UnsupportedType,
                ForeignTypes.Name(file.Bytes) is { } name
                    ? $"The file is {name}, despite its file name, and not {Spoken(_inputs)} image."
                    : $"The file is not {Spoken(_inputs)} image.");
        }

        if (Judge(Claimed(file.Bytes, type)).Rejection is { } tooMuch)
        {
            return tooMuch;
        }

        if (StructureChecks.Find(file.Bytes, type, limits.MaxMegapixels) is { } fault)
        {
            return fault;
        }

        if (type == ImageType.Gif)
        {
            return OpenGif(file);
        }

        try
        {
            return Open(file, type);
        }
        catch (VipsException e) when (!e.OutOfMemory)
        {
            logger.HeaderRefused(e.Message);
            return StructureChecks.Unreadable(type);
        }
    }

    private StepResult<OpenedFile> Open(SourceFile file, ImageType type)
    {
        var header = VipsSource.Open(file.ForDecoder, type);
        try
        {
            var (width, height, frames) = VipsDecoder.ReadHeader(header, type);
            if (Judge(new ImageFacts(type.MediaType(), width, height, frames)).Passed(out var facts, out var refused))
            {
                return new OpenedFile(file, type, header, facts);
            }

            header.Dispose();
            return refused;
        }
        catch
        {
            header.Dispose();
            throw;
        }
    }

    private StepResult<OpenedFile> OpenGif(SourceFile file)
    {
        var (width, height, frames, pixels) = GifHeader.Read(file.Bytes, limits.MaxFrames);
        if (pixels > limits.MaxMegapixels * 1_000_000L)
        {
            // The decoder also unpacks parts of frames that lie outside the canvas, so they count.
            return new Rejection(RejectionCode.TooManyPixels, $"The frames of the GIF have more than {limits.MaxMegapixels} megapixels.");
        }

        return width > 0 && height > 0 && frames > 0
            ? new OpenedFile(file, ImageType.Gif, null, new ImageFacts(ImageType.Gif.MediaType(), width, height, frames))
            : StructureChecks.Unreadable(ImageType.Gif);
    }

    private static string Spoken(List<ImageType> types)
    {
        var spoken = types.ConvertAll(type => type.Spoken());

        // Only the first name keeps its article.
        var others = spoken.Skip(1).Select(words => words[(words.IndexOf(' ', StringComparison.Ordinal) + 1)..]).ToList();
        return others.Count == 0 ? spoken[0] : $"{string.Join(", ", others.SkipLast(1).Prepend(spoken[0]))} or {others[^1]}";
    }

    /// <summary>Facts read by our own parsers, for types where the decoder does not report them or would do costly work to find them.</summary>
    private ImageFacts Claimed(ReadOnlySpan<byte> bytes, ImageType type)
    {
        var (width, height, frames) = (0, 0, 1);
        if (type == ImageType.Png)
        {
            var header = PngHeader.Read(bytes);
            (width, height) = (header.Width, header.Height);
        }
        else if (type == ImageType.Gif)
        {
            (width, height, frames, _) = GifHeader.Read(bytes, limits.MaxFrames);
        }
        else if (type == ImageType.Webp)
        {
            (width, height, frames) = WebpFrames.Read(bytes, limits.MaxFrames);
        }

        return new ImageFacts(type.MediaType(), width, height, frames);
    }

    private StepResult<ImageFacts> Judge(ImageFacts facts)
    {
        if (facts.Width > limits.MaxSide || facts.Height > limits.MaxSide)
        {
            return new Rejection(RejectionCode.TooManyPixels,
                $"The image is {facts.Width} × {facts.Height} pixels; no side may be longer than {limits.MaxSide}.");
        }

        if (facts.Frames > limits.MaxFrames)
        {
            return new Rejection(RejectionCode.TooManyPixels, $"The animation has more than {limits.MaxFrames} frames.");
        }

        if ((long)facts.Width * facts.Height * facts.Frames > limits.MaxMegapixels * 1_000_000L)
        {
            return new Rejection(RejectionCode.TooManyPixels,
                $"The image has more than {limits.MaxMegapixels} megapixels ({facts.Width} × {facts.Height}, frames: {facts.Frames}).");
        }

        return facts;
    }
}
