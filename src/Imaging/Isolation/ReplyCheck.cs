using System.Globalization;
using System.Text.RegularExpressions;
using Pipeline.Contracts;
using Pipeline.Imaging.MetadataStripping;
using Pipeline.Imaging.Placeholders;
using Pipeline.Imaging.Variants;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// Checks a decoder's reply against all values that are possible. An attacker who controls a decoder can still fake the pixels, but
/// cannot put arbitrary text, names or numbers into messages, keys and pages.
/// </summary>
/// <remarks>Each method throws <see cref="InvalidDataException"/> for an invalid reply; the decoder then counts as crashed.</remarks>
internal static partial class ReplyCheck
{
    private const int MaxSentence = 300;
    private const int MaxVariants = 256;
    private const int MaxSide = 65_535;

    private static readonly string[] Codes =
    [
        RejectionCode.UnsupportedType, RejectionCode.Corrupt, RejectionCode.Empty, RejectionCode.TooLarge, RejectionCode.TooManyPixels,
        RejectionCode.DecodeTimeout,
    ];

    private static readonly string[] MediaTypes = [.. Enum.GetValues<ImageType>().Select(type => type.MediaType())];

    private static readonly string[] Formats = [.. ImageFormats.All, ImageFormats.Png];

    public static DecoderHello Hello(DecoderHello hello) =>
        VersionText().IsMatch(hello.Version) ? hello : throw new InvalidDataException("The version is invalid.");

    public static ImageFacts Facts(ImageFacts facts, ImageLimits limits) =>
        MediaTypes.Contains(facts.ContentType)
        && facts.Width > 0 && facts.Width <= limits.MaxSide
        && facts.Height > 0 && facts.Height <= limits.MaxSide
        && facts.Frames > 0 && facts.Frames <= limits.MaxFrames
        && (long)facts.Width * facts.Height * facts.Frames <= limits.MaxMegapixels * 1_000_000L
            ? facts
            : throw new InvalidDataException("The facts are invalid or above the limits.");

    public static Rejection Rejection(Rejection rejection) => Codes.Contains(rejection.Code)
        ? rejection with { Reason = Sentence(rejection.Reason) }
        : throw new InvalidDataException("A decoder must not reject with this code.");

    /// <summary>Checks everything except the files: of these only the names.</summary>
    public static Rendering Rendering(Rendering rendering, RenderRequest request)
    {
        var mayBeEmpty = request.Skip is { Count: > 0 };
        if (rendering.Variants.Count > MaxVariants || (rendering.Variants.Count == 0 && !mayBeEmpty) || rendering.Variants.Any(variant => !IsPossible(variant)))
            throw new InvalidDataException("A variant has an invalid name, format or size.");
        if (rendering.Variants.DistinctBy(variant => (variant.Name, variant.Format)).Count() != rendering.Variants.Count)
            throw new InvalidDataException("Two variants have the same name.");
        if (rendering.Variants.Any(variant => !request.Wants(variant.Name, variant.Format)))
            throw new InvalidDataException("A variant was to be skipped.");
        if (rendering.Effort is { } effort && !IsPossible(effort)) throw new InvalidDataException("The effort is out of range.");
        if (rendering.Removed is { } removed && (removed.Count > RemovedMetadata.All.Count || removed.Any(kind => !RemovedMetadata.All.Contains(kind))))
            throw new InvalidDataException("A kind of metadata is unknown.");
        var placeholder = rendering.Placeholder;
        return ThumbHashText().IsMatch(placeholder.ThumbHash)
            && placeholder.DataUrl.Length < PlaceholderMaker.MaxDataUrl && DataUrlText().IsMatch(placeholder.DataUrl)
            && ColourText().IsMatch(placeholder.Color)
            && (rendering.PerceptualHash is null || HashText().IsMatch(rendering.PerceptualHash))
                ? rendering
                : throw new InvalidDataException("The placeholder is invalid.");
    }

    /// <summary>Limits the length, and removes characters that could move a terminal's cursor or start a new log line.</summary>
    public static string Sentence(string text)
    {
        var bounded = text.Length <= MaxSentence ? text : text[..MaxSentence];
        return string.Concat(bounded.Where(c => char.GetUnicodeCategory(c) is < UnicodeCategory.LineSeparator or > UnicodeCategory.PrivateUse));
    }

    private static bool IsPossible(RenderEffort effort) => effort is { Webp: >= 0 and <= 6, Avif: >= 0 and <= 9, KeepEvery: >= 1 and <= MaxSide };

    private static bool IsPossible(RenderedVariant? variant) => variant is not null
        && VariantName().IsMatch(variant.Name)
        && Formats.Contains(variant.Format)
        && variant.Width is > 0 and <= MaxSide
        && variant.Height is > 0 and <= MaxSide;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9 ._+-]{0,199}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex VersionText();

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,63}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex VariantName();

    [GeneratedRegex(@"\A[A-Za-z0-9+/]{1,62}={0,2}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ThumbHashText();

    [GeneratedRegex(@"\Adata:image/webp;base64,[A-Za-z0-9+/]+={0,2}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex DataUrlText();

    [GeneratedRegex(@"\A[0-9a-f]{16}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex HashText();

    [GeneratedRegex(@"\A#[0-9a-f]{6}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ColourText();
}
