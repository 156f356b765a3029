using System.Diagnostics;

namespace Pipeline.TestKit;

/// <summary>A temporary folder of test images, made by ImageMagick and exiftool so that no photo has to lie in the repository.</summary>
public sealed class Photos : IDisposable
{
    /// <summary>The folder; it goes with the object.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("pipeline-photos-").FullName;

    /// <summary>A path inside the folder.</summary>
    public string Path(string name) => System.IO.Path.Combine(Folder, name);

    /// <summary>A file with these bytes.</summary>
    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(Path(name), bytes);
        return Path(name);
    }

    /// <summary>Makes an image with ImageMagick; the arguments stand between <c>convert</c> and the output.</summary>
    public string Make(string name, params string[] arguments)
    {
        _ = Run("convert", [.. arguments, Path(name)]);
        return Path(name);
    }

    /// <summary>A picture with soft gradients and fine noise, which compresses about as a photo does.</summary>
    public string Photo(string name, int width, int height, params string[] arguments) =>
        Make(name, ["-size", $"{width}x{height}", "-seed", "7", "plasma:fractal", .. arguments]);

    /// <summary>Writes metadata into an image with exiftool.</summary>
    public static void Tag(string path, params string[] arguments) =>
        _ = Run("exiftool", ["-q", "-overwrite_original", .. arguments, path]);

    /// <summary>What exiftool finds in a file, as JSON with its groups.</summary>
    public static string Metadata(string path) => System.Text.Encoding.UTF8.GetString(Run("exiftool", ["-j", "-G1", "-a", "-u", path]));

    /// <summary>Pixels as ImageMagick decodes them, 8 bits each, by rows; <paramref name="bands"/> is <c>rgb</c> or <c>rgba</c>.</summary>
    public static byte[] Pixels(string path, string bands = "rgb") => Run("convert", [path, "-depth", "8", bands + ":-"]);

    /// <summary>Width and height of the first frame, parted by a space.</summary>
    public static string Identify(string path) => System.Text.Encoding.UTF8.GetString(Run("identify", ["-format", "%w %h", path + "[0]"]));

    /// <summary>The mean colour of a block of pixels, as a number for each of red, green and blue.</summary>
    public static double[] MeanColour(string path, int x, int y, int side)
    {
        var pixels = Run("convert", [path, "-crop", $"{side}x{side}+{x}+{y}", "-depth", "8", "rgb:-"]);
        return [.. Enumerable.Range(0, 3).Select(band => pixels.Where((_, i) => i % 3 == band).Average(value => (double)value))];
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static byte[] Run(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        using var output = new MemoryStream();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.ToArray()
            : throw new InvalidOperationException($"{program} failed: {errors.GetAwaiter().GetResult()}");
    }
}
