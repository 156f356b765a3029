using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Animation;

/// <summary>
/// The frames of a GIF or WebP as a player shows them: whole pictures, upright, sRGB, decoded strictly. Only one is in memory at a time.
/// A still image is an animation of one frame.
/// </summary>
internal interface IAnimation : IDisposable
{
    /// <summary>How many frames there are.</summary>
    int Count { get; }

    /// <summary>How often it is to be shown; 0 is without end.</summary>
    int LoopCount { get; }

    /// <summary>Hands over frames in turn, at full size. Once only.</summary>
    /// <param name="reader">Takes them.</param>
    /// <param name="every">1 for all; else the first of so many, which is shown for as long as they are together.</param>
    /// <param name="cancellationToken">Asked before each.</param>
    /// <exception cref="VipsException">The pixels of a frame cannot be decoded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    void ReadFrames(FrameReader reader, int every, CancellationToken cancellationToken);
}

/// <summary>Takes a frame that is valid only while it runs, and how many milliseconds it is shown.</summary>
internal delegate void FrameReader(Bitmap frame, int index, int delayMs);

internal static class Animations
{
    /// <summary>Browsers show what claims to be faster than this at <see cref="UsualMs"/>; files that say 0 count on it.</summary>
    private const int FastestMs = 11;

    private const int UsualMs = 100;

    /// <summary>How long the frames are shown that the one at a place stands for.</summary>
    public static int AsShown(ReadOnlySpan<int> delays, int at, int every, int count)
    {
        var sum = 0L;
        for (var i = at; i < Math.Min(at + every, count); i++)
        {
            sum += AsShown(i < delays.Length ? delays[i] : 0);
        }

        return (int)Math.Min(sum, int.MaxValue);
    }

    /// <param name="header">The opened image, which a GIF does not need; it stays the caller's, and must outlive the animation.</param>
    /// <param name="bytes">Not copied: they must outlive the animation, and stay where they are.</param>
    /// <param name="type">One that can move (<see cref="ImageTypes.CanMove"/>).</param>
    /// <exception cref="VipsException">The frames cannot be told apart.</exception>
    public static IAnimation Open(VipsImage? header, ReadOnlySpan<byte> bytes, ImageType type) => type switch
    {
        ImageType.Gif => new GifAnimation(bytes),
        ImageType.Webp when header is not null => new WebpAnimation(header, bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>How long a browser shows a frame that claims this.</summary>
    public static int AsShown(int delayMs) => delayMs < FastestMs ? UsualMs : delayMs;
}
