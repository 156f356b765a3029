using System.Runtime.InteropServices;
using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.Animation;

/// <summary>
/// Draws GIF frames over each other as browsers do. The canvas starts transparent; the background colour in the file is ignored.
/// </summary>
internal sealed class GifCanvas : IDisposable
{
    private const uint Opaque = 0xFF000000;
    private const int Colours = 256;

    private readonly Bitmap _picture;
    private Bitmap? _before;

    public GifCanvas(int width, int height)
    {
        _picture = Bitmap.Allocate(width, height, 4);
        _picture.Pixels.Clear();
    }

    /// <summary>Returns a copy of the current canvas.</summary>
    public Bitmap Shown() => Opacity.Copy(_picture);

    /// <exception cref="Vips.VipsException">The pixels of the frame are damaged or cut short.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Draw(ReadOnlySpan<byte> gif, GifFrame frame, CancellationToken cancellationToken)
    {
        if (frame.Disposal == GifDisposal.Restore)
        {
            KeepFor(frame);
        }

        Span<uint> colours = stackalloc uint[Colours];
        ReadColours(gif[frame.Colours], colours);
        if (frame.Transparent is { } none)
        {
            colours[none] = 0;
        }

        var pixels = new GifUnpacker(gif[frame.Pixels]);
        var row = new byte[frame.Width];
        foreach (var y in Rows(frame))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = pixels.Read(row);
            if (frame.Top + y < _picture.Height && frame.Left < _picture.Width)
            {
                Paint(row.AsSpan(0, Math.Min(read, _picture.Width - frame.Left)), frame.Left, frame.Top + y, colours);
            }

            if (read < row.Length)
            {
                return;
            }
        }
    }

    /// <summary>Applies the frame's disposal method. Call it before the next frame is drawn.</summary>
    public void ApplyDisposal(GifFrame frame)
    {
        if (frame.Disposal == GifDisposal.Keep)
        {
            return;
        }

        var (left, width, height) = Visible(frame);
        for (var y = 0; y < height; y++)
        {
            var row = Pixels(frame.Top + y).Slice(left, width);
            if (frame.Disposal == GifDisposal.Clear)
            {
                row.Clear();
            }
            else
            {
                MemoryMarshal.Cast<byte, uint>(_before!.Row(y)).CopyTo(row);
            }
        }
    }

    public void Dispose()
    {
        _before?.Dispose();
        _picture.Dispose();
    }

    private static void ReadColours(ReadOnlySpan<byte> table, Span<uint> colours)
    {
        // Indexes beyond the colour table are opaque black, as in browsers.
        colours.Fill(Opaque);
        for (var i = 0; i < table.Length / 3; i++)
        {
            colours[i] = Opaque | ((uint)table[(3 * i) + 2] << 16) | ((uint)table[(3 * i) + 1] << 8) | table[3 * i];
        }
    }

    /// <summary>Returns the rows in stored order; an interlaced frame has four passes.</summary>
    private static IEnumerable<int> Rows(GifFrame frame)
    {
        (int First, int Step)[] passes = frame.IsInterlaced ? [(0, 8), (4, 8), (2, 4), (1, 2)] : [(0, 1)];
        foreach (var (first, step) in passes)
        {
            for (var y = first; y < frame.Height; y += step)
            {
                yield return y;
            }
        }
    }

    private void Paint(ReadOnlySpan<byte> numbers, int left, int top, ReadOnlySpan<uint> colours)
    {
        var row = Pixels(top)[left..];
        for (var x = 0; x < numbers.Length; x++)
        {
            var colour = colours[numbers[x]];
            if (colour != 0)
            {
                row[x] = colour;
            }
        }
    }

    private void KeepFor(GifFrame frame)
    {
        _before?.Dispose();
        var (left, width, height) = Visible(frame);
        _before = Bitmap.Allocate(width, height, 4);
        for (var y = 0; y < height; y++)
        {
            Pixels(frame.Top + y).Slice(left, width).CopyTo(MemoryMarshal.Cast<byte, uint>(_before.Row(y)));
        }
    }

    /// <summary>Clips the frame to the canvas.</summary>
    private (int Left, int Width, int Height) Visible(GifFrame frame)
    {
        var left = Math.Min(frame.Left, _picture.Width);
        return (left, Math.Min(frame.Width, _picture.Width - left), Math.Clamp(_picture.Height - frame.Top, 0, frame.Height));
    }

    /// <summary>Each pixel is one little-endian 32-bit number; alpha is its highest byte.</summary>
    private Span<uint> Pixels(int y) => MemoryMarshal.Cast<byte, uint>(_picture.Row(y));
}
