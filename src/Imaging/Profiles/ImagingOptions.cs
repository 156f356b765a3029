namespace Pipeline.Imaging.Profiles;

/// <summary>Profiles that uploads are rendered with. Section <c>Processor</c>; every error is reported at start with its key.</summary>
public sealed class ImagingOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Processor";

    /// <summary>
    /// Profiles by name (<c>[a-z0-9-]</c>, at most 32 characters); uploads name one of them. <c>web</c>, <c>avatar</c> and <c>product</c> always
    /// exist. A configured profile takes missing settings from the built-in profile of its name, or the defaults of <see cref="Profile"/>.
    /// </summary>
    public IReadOnlyDictionary<string, Profile> Profiles { get; set; } = BuiltInProfiles.All;
}
