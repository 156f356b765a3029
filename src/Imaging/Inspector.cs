using System.Xml;
using Microsoft.Extensions.Logging;
using Pipeline.Contracts;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging;

/// <summary>Reads a file's type and size from its first bytes and header, and checks them against the limits; decodes nothing.</summary>
internal sealed class Inspector(ImageLimits limits, ILogger logger)
{
    /// <summary>Maximum scans of a JPEG. Editors write about ten; several hundred scans of the largest image would take a minute.</summary>
    private const int MaxScans = 200;

    /// <summary>A grid counts its pixels twice (grid and tiles), and alpha planes double that.</summary>
    private const int HeifRedundancy = 4;

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

        if (type == ImageType.Jpeg && JpegSegments.HaveMoreScansThan(MaxScans, file.Bytes))
        {
            return new Rejection(RejectionCode.Corrupt, $"The JPEG has more than {MaxScans} scans; cameras and editors write far fewer.");
        }

        if (type == ImageType.Jpeg && JpegFrame.Of(file.Bytes).Unfit() is { } kind)
        {
            return new Rejection(RejectionCode.UnsupportedType, $"The file {kind}.");
        }

        if (type == ImageType.Png && PngChunks.AreForApps(file.Bytes))
        {
            return new Rejection(RejectionCode.UnsupportedType,
                "The file is a PNG in Apple's format for apps (CgBI), which browsers do not show. Save it as an ordinary PNG.");
        }

        if (type == ImageType.Png && !PngChunks.AreComplete(file.Bytes))
        {
            return Unreadable(type);
        }

        if (type == ImageType.Png && !PngChunks.AreInOrder(file.Bytes))
        {
            return new Rejection(RejectionCode.Corrupt,
                "The PNG is out of order: its header is not first, or something interrupts its pixels. Save it again with an image editor.");
        }

        if (type == ImageType.Svg && JudgeSvg(file.Bytes) is { } unfit)
        {
            return unfit;
        }

        if (type is ImageType.Heic or ImageType.Avif && HeifGuard.Find(file.Bytes, limits.MaxMegapixels * HeifRedundancy) is { } wrong)
        {
            return new Rejection(RejectionCode.Corrupt, $"The file {wrong}.");
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
            return Unreadable(type);
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
        if (GifHeader.IsCutShort(file.Bytes))
        {
            return new Rejection(RejectionCode.Corrupt, "The GIF is cut short: the file ends inside a frame.");
        }

        var (width, height, frames, pixels) = GifHeader.Read(file.Bytes, limits.MaxFrames);
        if (pixels > limits.MaxMegapixels * 1_000_000L)
        {
            // The decoder also unpacks parts of frames that lie outside the canvas, so they count.
            return new Rejection(RejectionCode.TooManyPixels, $"The frames of the GIF have more than {limits.MaxMegapixels} megapixels.");
        }

        return width > 0 && height > 0 && frames > 0
            ? new OpenedFile(file, ImageType.Gif, null, new ImageFacts(ImageType.Gif.MediaType(), width, height, frames))
            : Unreadable(ImageType.Gif);
    }

    private static Rejection Unreadable(ImageType type) =>
        new(RejectionCode.Corrupt, $"The file starts like {type.Spoken()} image, but its header cannot be read.");

    private static Rejection? JudgeSvg(ReadOnlySpan<byte> svg)
    {
        try
        {
            return SvgGuard.Find(svg) is { } found ? new Rejection(RejectionCode.UnsupportedType, $"The SVG has {found}.") : null;
        }
        catch (XmlException)
        {
            return new Rejection(RejectionCode.Corrupt, "The SVG is not well-formed XML.");
        }
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
