namespace Pipeline.Bench.Imaging.Quality;

/// <summary>Differences between the variants of two peers from the same photos.</summary>
/// <param name="Bytes">Total bytes of the first ÷ those of the other.</param>
/// <param name="Ssim">Mean difference; above 0 the first is closer to the photo.</param>
/// <param name="WorstSsim">The lowest difference of all variants.</param>
/// <param name="Psnr">Mean difference in decibels.</param>
internal sealed record Differences(double Bytes, double Ssim, double WorstSsim, double Psnr)
{
    /// <param name="one">The first peer.</param>
    /// <param name="other">The other peer.</param>
    /// <param name="photos">The scores of each photo.</param>
    /// <param name="which">The variants to compare.</param>
    public static Differences Of(Peer one, Peer other, IEnumerable<IReadOnlyList<Score>> photos, Func<Score, bool> which)
    {
        var pairs = photos.SelectMany(scores => scores.Where(score => score.Peer == one && which(score)).Join(
            scores.Where(score => score.Peer == other), Variant, Variant, (ours, theirs) => (Ours: ours, Theirs: theirs))).ToList();
        return new Differences(
            (double)pairs.Sum(pair => pair.Ours.Bytes) / pairs.Sum(pair => pair.Theirs.Bytes),
            pairs.Average(pair => pair.Ours.Ssim - pair.Theirs.Ssim),
            pairs.Min(pair => pair.Ours.Ssim - pair.Theirs.Ssim),
            pairs.Average(pair => pair.Ours.Psnr - pair.Theirs.Psnr));
    }

    private static (int Width, string Format) Variant(Score score) => (score.Width, score.Format);
}
