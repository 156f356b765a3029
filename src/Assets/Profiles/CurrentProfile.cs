namespace Pipeline.Assets.Profiles;

/// <summary>What the workers make of a profile now, as one of them told last.</summary>
public sealed class CurrentProfile
{
    public const int MaxName = 32;
    public const int MaxEngine = 256;

    public required string Name { get; init; }

    /// <summary>Of profile and engine.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>Name and version of what makes the pixels.</summary>
    public required string Engine { get; set; }

    /// <summary>When the worker told it.</summary>
    public required DateTimeOffset AnnouncedAt { get; set; }
}
