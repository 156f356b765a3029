using Pipeline.Imaging;
using Pipeline.Imaging.Vips;

namespace Pipeline.Bench.Imaging;

/// <summary>An input photo.</summary>
/// <param name="Path">The file.</param>
/// <param name="Width">Width of the upright image.</param>
/// <param name="Height">Height of the upright image.</param>
/// <param name="IsSideways">The pixels are stored sideways, with an orientation tag.</param>
/// <param name="Kind">By its colour profile.</param>
internal sealed record Photo(string Path, int Width, int Height, bool IsSideways, PhotoKind Kind)
{
    private static readonly int[] AllWidths = [320, 640, 1280, 2048];

    public string Name => $"{System.IO.Path.GetFileName(Path)} ({Width * (double)Height / 1_000_000:0.0} MP)";

    /// <summary>The sizes that every peer makes: all widths below the photo's, and the first that is not.</summary>
    public IReadOnlyList<int> Widths => [.. AllWidths.Where(width => width < Width), .. AllWidths.Where(width => width >= Width).Take(1)];

    public static IReadOnlyList<Photo> Read(FileSystemInfo[] given)
    {
        _ = VipsRuntime.Start();
        var files = given
            .SelectMany(g => g is DirectoryInfo folder ? folder.EnumerateFiles("*.jp*g", SearchOption.AllDirectories) : [(FileInfo)g])
            .Select(file => file.FullName)
            .Order(StringComparer.Ordinal)
            .ToList();
        return files.Count > 0 ? [.. files.Select(Read)] : throw new BenchException("There is no .jpg in what --photos names.");
    }

    /// <summary>The largest width that is made.</summary>
    public int Widest => Math.Min(Widths[^1], Width);

    /// <summary>The factor by which the decoder reduces the image itself: 1, 2, 4 or 8.</summary>
    public int Shrink => new[] { 8, 4, 2 }.FirstOrDefault(shrink => Width / shrink >= Widest && Height / shrink >= HeightAt(Widest), 1);

    /// <summary>The height for a width.</summary>
    public int HeightAt(int width) => Math.Max(1, (int)Math.Round((double)Height * width / Width, MidpointRounding.AwayFromZero));

    public static Photo Read(string path)
    {
        try
        {
            using var header = VipsSource.Open(File.ReadAllBytes(path), ImageType.Jpeg);
            var kind = PhotoKind.Of(header);
            return header.IsSideways
                ? new Photo(path, header.Height, header.Width, IsSideways: true, kind)
                : new Photo(path, header.Width, header.Height, IsSideways: false, kind);
        }
        catch (VipsException e)
        {
            throw new BenchException($"{path} is not a JPEG that can be read: {e.Message}");
        }
    }
}
