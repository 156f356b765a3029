namespace Pipeline.Race;

/// <summary>What one race does; made from a seed, so that it can be run again.</summary>
/// <param name="First">Uploaded before the confirm.</param>
/// <param name="Second">Put over it by the same URL.</param>
/// <param name="BesideConfirm">The second file is on its way while the confirm comes, and may be there before or after it; else it goes out after the answer.</param>
/// <param name="Moment">How long the later of the two waits, in parts of the time that an asset usually takes.</param>
internal sealed record Plan(int Index, FlatImage First, FlatImage Second, bool BesideConfirm, double Moment)
{
    // As long as an asset takes: with the way to the store some come too late.
    private const double Latest = 1;

    // A file is written within a small part of that.
    private const double LatestBeside = 0.2;
    private const int Steps = 70;

    public static Plan Of(int seed, int index)
    {
        var random = new Random(unchecked((seed * 16_777_619) ^ (index * 486_187_739)));

        // Each asset has a colour of its own, so that one that shows another's is seen, and the two of a race are far apart.
        var colour = new Colour((byte)(30 + (index % Steps)), (byte)(30 + (index / Steps % Steps)), (byte)(30 + (index / Steps / Steps % Steps)));
        var far = new Colour((byte)(colour.Red + 120), (byte)(colour.Green + 120), (byte)(colour.Blue + 120));
        var second = random.Next(2) == 0 ? FlatImage.Infected(far) : FlatImage.Clean(far);
        var beside = random.Next(4) == 0;
        return new Plan(index, FlatImage.Clean(colour), second, beside, random.NextDouble() * (beside ? LatestBeside : Latest));
    }

    /// <summary>The files that may be what was confirmed, and are clean.</summary>
    public IEnumerable<FlatImage> MayBePublished => BesideConfirm && !Second.IsInfected ? [First, Second] : [First];

    /// <summary>Why the asset may be refused.</summary>
    public IEnumerable<string> MayBeRejectedAs =>
        BesideConfirm && Second.IsInfected ? ["changed_after_confirm", "infected"] : ["changed_after_confirm"];
}
