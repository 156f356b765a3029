namespace Pipeline.Race;

/// <summary>The steps of one race; derived from a seed, so that it can be repeated.</summary>
/// <param name="First">Uploaded before the confirm.</param>
/// <param name="Second">Overwrites it with the same URL.</param>
/// <param name="BesideConfirm">The second upload runs during the confirm and may end before or after it; otherwise it begins after the response.</param>
/// <param name="Moment">Delay of the later of the two, as a fraction of the usual processing time.</param>
internal sealed record Plan(int Index, FlatImage First, FlatImage Second, bool BesideConfirm, double Moment)
{
    // The usual processing time: because of the upload's own duration, some uploads end too late.
    private const double Latest = 1;

    // A file is written within a small fraction of that.
    private const double LatestBeside = 0.2;
    private const int Steps = 70;

    public static Plan Of(int seed, int index)
    {
        var random = new Random(unchecked((seed * 16_777_619) ^ (index * 486_187_739)));

        // Each asset has its own colour, so that a mix-up shows, and the two colours of a race differ clearly.
        var colour = new Colour((byte)(30 + (index % Steps)), (byte)(30 + (index / Steps % Steps)), (byte)(30 + (index / Steps / Steps % Steps)));
        var far = new Colour((byte)(colour.Red + 120), (byte)(colour.Green + 120), (byte)(colour.Blue + 120));
        var second = random.Next(2) == 0 ? FlatImage.Infected(far) : FlatImage.Clean(far);
        var beside = random.Next(4) == 0;
        return new Plan(index, FlatImage.Clean(colour), second, beside, random.NextDouble() * (beside ? LatestBeside : Latest));
    }

    /// <summary>The clean files that may be the confirmed one.</summary>
    public IEnumerable<FlatImage> MayBePublished => BesideConfirm && !Second.IsInfected ? [First, Second] : [First];

    /// <summary>The allowed reasons for a rejection.</summary>
    public IEnumerable<string> MayBeRejectedAs =>
        BesideConfirm && Second.IsInfected ? ["changed_after_confirm", "infected"] : ["changed_after_confirm"];
}
