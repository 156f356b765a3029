namespace Pipeline.Assets.Profiles;

/// <summary>Why the workers would make other variants of an asset today.</summary>
public enum StaleReason
{
    /// <summary>The settings of the profile differ, or the settings that made the variants are unknown.</summary>
    Settings = 0,

    /// <summary>The settings are the same, but another version of the imaging engine made the variants.</summary>
    Engine = 1,
}

/// <summary>The words for <see cref="StaleReason"/> in the API.</summary>
public static class StaleWords
{
    public const string Settings = "settings";
    public const string Engine = "engine";

    /// <summary>All words.</summary>
    public static readonly IReadOnlyList<string> All = [Settings, Engine];

    /// <summary>The reason of a word; null for any other text.</summary>
    public static StaleReason? ReasonOf(string word) => word switch
    {
        Settings => StaleReason.Settings,
        Engine => StaleReason.Engine,
        _ => null,
    };

    public static string Of(StaleReason reason) => reason == StaleReason.Engine ? Engine : Settings;
}

/// <summary>Which assets are stale, by the profiles of the workers at one moment.</summary>
/// <param name="current">The fingerprint of each current profile, by name.</param>
/// <param name="settings">The hash of the settings behind each fingerprint, where known.</param>
public sealed class Staleness(IReadOnlyDictionary<string, string> current, IReadOnlyDictionary<string, string> settings)
{
    internal static readonly IReadOnlyDictionary<string, string> Unknown = new Dictionary<string, string>();

    /// <summary>Of assets that were never processed.</summary>
    internal static readonly Staleness None = new(Unknown, Unknown);

    /// <returns>Null if the asset is not stale, or if its state is unknown.</returns>
    public StaleReason? Of(Asset asset)
    {
        if (asset.ProfileFingerprint is not { } made || !current.TryGetValue(asset.Profile, out var now) || made == now) return null;
        return settings.TryGetValue(made, out var before) && settings.TryGetValue(now, out var today) && before == today ? StaleReason.Engine : StaleReason.Settings;
    }
}
