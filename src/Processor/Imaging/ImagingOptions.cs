namespace Pipeline.Processor.Imaging;

/// <summary>What images are made of uploads. Section <c>Processor</c>; errors are told at start, each by its key.</summary>
public sealed class ImagingOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Processor";

    /// <summary>
    /// Profiles by name (<c>[a-z0-9-]</c>, at most 32 characters); uploads name one of them. There is always <see cref="Profile.Default"/>.
    /// What a configured profile leaves out has the defaults of <see cref="Profile"/>; its <c>Widths</c> replace the default ones.
    /// </summary>
    public IReadOnlyDictionary<string, Profile> Profiles { get; set; } =
        new Dictionary<string, Profile>(StringComparer.Ordinal) { [Profile.Default] = new() };
}
