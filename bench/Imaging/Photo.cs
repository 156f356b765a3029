using Pipeline.Processor.Imaging;
using Pipeline.Processor.Imaging.Vips;

namespace Pipeline.Bench.Imaging;

/// <summary>A photo to work on, with its size as a person sees it.</summary>
internal sealed record Photo(string Path, int Width, int Height)
{
    private static readonly int[] AllWidths = [320, 640, 1280, 2048];

    public string Name => $"{System.IO.Path.GetFileName(Path)} ({Width * (double)Height / 1_000_000:0.0} MP)";

    /// <summary>What every peer makes of it: all widths below its own, and the first that is not.</summary>
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

    /// <summary>The height that belongs to a width.</summary>
    public int HeightAt(int width) => Math.Max(1, (int)Math.Round((double)Height * width / Width, MidpointRounding.AwayFromZero));

    private static Photo Read(string path)
    {
        try
        {
            var (width, height, _) = VipsDecoder.ReadHeader(File.ReadAllBytes(path), ImageType.Jpeg);
            return new Photo(path, width, height);
        }
        catch (VipsException e)
        {
            throw new BenchException($"{path} is not a JPEG that can be read: {e.Message}");
        }
    }
}
