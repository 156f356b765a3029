using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging.Animation;

/// <summary>
/// Decodes the frames of a GIF or WebP as a player shows them: whole pictures, upright, in sRGB. Decodes strictly, and keeps one frame in
/// memory at a time. A still image is an animation of one frame.
/// </summary>
internal interface IAnimation : IDisposable
{
    /// <summary>Number of frames.</summary>
    int Count { get; }

    /// <summary>Number of times to play the animation; 0 means forever.</summary>
    int LoopCount { get; }

    /// <summary>Passes the frames to the reader in order, at full size. Call it once only.</summary>
    /// <param name="reader">Called for each frame.</param>
    /// <param name="every">1 passes every frame; n passes the first of each n frames, with the total duration of those n.</param>
    /// <param name="cancellationToken">Checked before each frame.</param>
    /// <exception cref="VipsException">The pixels of a frame cannot be decoded.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    void ReadFrames(FrameReader reader, int every, CancellationToken cancellationToken);
}

/// <summary>Receives a frame, which is valid only during the call, and its duration in milliseconds.</summary>
internal delegate void FrameReader(Bitmap frame, int index, int delayMs);

internal static class Animations
{
    /// <summary>
    /// Shortest delay that browsers obey. They replace a shorter one with <see cref="UsualMs"/>; files with a delay of 0 rely on that.
    /// </summary>
    private const int FastestMs = 11;

    private const int UsualMs = 100;

    /// <summary>Returns the total duration in milliseconds of the <paramref name="every"/> frames from <paramref name="at"/> on.</summary>
    public static int AsShown(ReadOnlySpan<int> delays, int at, int every, int count)
    {
        var sum = 0L;
        for (var i = at; i < Math.Min(at + every, count); i++)
        {
            sum += AsShown(i < delays.Length ? delays[i] : 0);
        }

        return (int)Math.Min(sum, int.MaxValue);
    }

    /// <param name="header">The opened image; only WebP needs it. The caller owns it, and it must outlive the animation.</param>
    /// <param name="bytes">Not copied: they must outlive the animation, at a fixed address.</param>
    /// <param name="type">A type that can be animated (<see cref="ImageTypes.CanMove"/>).</param>
    /// <exception cref="VipsException">The frames cannot be parsed.</exception>
    public static IAnimation Open(VipsImage? header, ReadOnlySpan<byte> bytes, ImageType type) => type switch
    {
        ImageType.Gif => new GifAnimation(bytes),
        ImageType.Webp when header is not null => new WebpAnimation(header, bytes),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Returns how long browsers show a frame with this delay, in milliseconds.</summary>
    public static int AsShown(int delayMs) => delayMs < FastestMs ? UsualMs : delayMs;
}
