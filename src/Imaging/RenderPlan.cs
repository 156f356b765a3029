using Pipeline.Contracts;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Variants;

namespace Pipeline.Imaging;

/// <summary>
/// How to encode an image within the work that a file of its size may need. If the profile's own settings cost too much, the plan lowers the
/// encoder's effort first, and then drops frames of an animation.
/// </summary>
/// <param name="Profile">The profile with the chosen encoder effort.</param>
/// <param name="KeepEvery">Keeps one frame of every N; it is shown for the duration of all N frames. 1 keeps all.</param>
/// <param name="Moves">True if an animation is rendered.</param>
internal sealed record RenderPlan(Profile Profile, int KeepEvery, bool Moves)
{
    /// <summary>
    /// Allowed work in photos for each megabyte of a file; below the default of <see cref="ImageLimits.MaxCost"/>. A constant, not a setting:
    /// the encoded bytes must depend only on the file, the profile and the engine, since these name the variants.
    /// </summary>
    private const double Budget = 6;

    private static readonly int[] Efforts = [2, 0];

    /// <summary>The part of this plan that the encoded bytes depend on.</summary>
    public RenderEffort Effort => new(Profile.WebpEffort, Profile.AvifEffort, KeepEvery, Moves);

    /// <summary>Returns the best plan within the budget, else the cheapest; refuses the image if even that exceeds the limit.</summary>
    public static StepResult<RenderPlan> For(OpenedFile file, RenderRequest request, ImageLimits limits)
    {
        var profile = request.Profile;
        var sizes = SizePlan.For(file.Facts.Width, file.Facts.Height, profile);
        var moves = file.Facts.Frames > 1 && profile.Animate && profile.Formats.Contains(ImageFormats.Webp) && file.Type.CanMove()
            && !NativeLibraries.WithoutFilms;
        var unit = ProcessingCost.Photo * ProcessingCost.Megabytes(file.Source.Length) * ProcessingCost.WeightOf(profile);
        var plan = new RenderPlan(profile, 1, moves);
        foreach (var effort in Efforts.Where(effort => effort < profile.WebpEffort))
        {
            if (plan.Cost(file, sizes) <= Budget * unit)
            {
                return plan;
            }

            plan = plan with { Profile = profile with { WebpEffort = effort, AvifEffort = Math.Min(profile.AvifEffort, effort) } };
        }

        if (moves)
        {
            plan = plan.WithFewerFrames(file, sizes, Budget * unit);
        }

        var photos = plan.Cost(file, sizes) / unit;
        return photos <= limits.MaxCost
            ? plan
            : new Rejection(RejectionCode.TooManyPixels,
                $"The image needs the work of {Math.Ceiling(photos)} photos per megabyte of its file; the limit is {limits.MaxCost}. "
                + "Save it with fewer pixels, frames or scans.");
    }

    private RenderPlan WithFewerFrames(OpenedFile file, IReadOnlyList<VariantSize> sizes, double budget)
    {
        var left = budget - (this with { KeepEvery = file.Facts.Frames }).Cost(file, sizes);
        var more = Math.Max(0, (int)(left / ProcessingCost.Frame(file, sizes, Profile.WebpEffort)));
        var every = (file.Facts.Frames + more) / (more + 1);
        return this with { KeepEvery = Math.Max(1, every), Moves = every < file.Facts.Frames };
    }

    private double Cost(OpenedFile file, IReadOnlyList<VariantSize> sizes)
    {
        var still = ProcessingCost.Decoding(file) + ProcessingCost.Encoding(sizes, Profile);
        var frames = file.Facts.Frames;
        var kept = (frames + KeepEvery - 1) / KeepEvery;
        return Moves
            ? still + (ProcessingCost.Decoding(file) * (frames - 1)) + (ProcessingCost.Frame(file, sizes, Profile.WebpEffort) * (kept - 1))
            : still;
    }
}
