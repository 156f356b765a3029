using Pipeline.Imaging;

namespace Pipeline.Bench.Imaging.Quality;

/// <summary>One variant of one photo by one peer.</summary>
/// <param name="Peer">Name of the peer.</param>
/// <param name="Width">The requested width.</param>
/// <param name="Format"><c>jpg</c> or <c>webp</c>.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Ssim">Compared with the photo, downscaled without loss.</param>
/// <param name="Psnr">Likewise.</param>
internal sealed record Score(Peer Peer, int Width, string Format, long Bytes, double Ssim, double Psnr);

/// <summary>Compares the peers' variants with the photo itself.</summary>
internal static class QualityRun
{
    private static readonly Dictionary<string, ImageType> Formats = new(StringComparer.Ordinal) { ["jpg"] = ImageType.Jpeg, ["webp"] = ImageType.Webp };

    /// <param name="photo">The photo.</param>
    /// <param name="folders">Folder of each peer's variants.</param>
    public static IReadOnlyList<Score> Of(Photo photo, IReadOnlyDictionary<Peer, string> folders)
    {
        var original = Picture.Read(File.ReadAllBytes(photo.Path), ImageType.Jpeg);
        var scores = new List<Score>();
        foreach (var width in photo.Widths)
        {
            // Some peers round the height up and some down, so compare each at its own size.
            var references = new Dictionary<(int, int), Picture>();
            foreach (var (peer, folder) in folders)
                foreach (var (format, type) in Formats)
                {
                    var file = File.ReadAllBytes(Path.Combine(folder, $"w{width}.{format}"));
                    var made = Picture.Read(file, type);
                    if (!references.TryGetValue((made.Width, made.Height), out var reference))
                        references.Add((made.Width, made.Height), reference = Lanczos.Resize(original, made.Width, made.Height));
                    scores.Add(new Score(peer, width, format, file.Length, Similarity.Ssim(made, reference), Similarity.Psnr(made, reference)));
                }
        }

        return scores;
    }
}
