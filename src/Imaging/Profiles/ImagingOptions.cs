namespace Pipeline.Imaging.Profiles;

/// <summary>What images are made of uploads. Section <c>Processor</c>; errors are told at start, each by its key.</summary>
public sealed class ImagingOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Processor";

    /// <summary>
    /// Profiles by name (<c>[a-z0-9-]</c>, at most 32 characters); uploads name one of them. There are always <c>web</c>, <c>avatar</c> and
    /// <c>product</c>. What a configured profile leaves out it has from the one of its name, else from the defaults of <see cref="Profile"/>.
    /// </summary>
    public IReadOnlyDictionary<string, Profile> Profiles { get; set; } = BuiltInProfiles.All;
}
