using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Processing;

/// <summary>An asset in work, with the results of the steps so far. Each step returns the next state and changes nothing in this one.</summary>
/// <param name="Request">The source object and the published variants.</param>
/// <param name="Workspace">Folder of the local files.</param>
/// <param name="Profile">The profile to render.</param>
/// <param name="Renders">Called when the megapixel budget admits the image; not called for a file that is refused before.</param>
internal sealed record AssetWork(ProcessingRequest Request, Workspace Workspace, Profile Profile, Action Renders)
{
    /// <summary>The local copy; set by <c>fetch</c>.</summary>
    public FetchedFile? File { get; init; }

    /// <summary>The scanner's verdict; set by <c>scan</c>.</summary>
    public ScanVerdict? Verdict { get; init; }

    /// <summary>Why the verdict refuses the file, or null if it is clean; set by <c>scan</c>.</summary>
    public Rejection? Unsafe { get; init; }

    /// <summary>Facts and variants; set by <c>open</c>, which renders as well.</summary>
    public RenderedAsset? Rendered { get; init; }

    /// <summary>The original in its area; set by <c>freeze</c>.</summary>
    public FrozenOriginal? Original { get; init; }

    /// <summary>All variants; set by <c>publish</c>.</summary>
    public IReadOnlyList<AssetVariant>? Variants { get; init; }

    /// <summary>A result that a step before must have set.</summary>
    public static T Made<T>(T? result)
        where T : class => result ?? throw new InvalidOperationException($"No step has made the {typeof(T).Name} yet.");
}
