namespace Pipeline.Assets;

/// <summary>Who can see the variants of an asset. The names, in lower case, are part of the HTTP API.</summary>
public enum AssetVisibility
{
    /// <summary>Everyone who has the URL of a variant, or the id of the asset.</summary>
    Public,

    /// <summary>The owner and admins of the tenant, by URLs that expire.</summary>
    Private,
}

/// <summary>The visibility as clients write it.</summary>
public static class VisibilityWords
{
    public static readonly IReadOnlyList<string> All = [.. Enum.GetValues<AssetVisibility>().Select(Word)];

    public static string Word(AssetVisibility visibility) => visibility.ToString().ToLowerInvariant();

    /// <returns>Null for any other text.</returns>
    public static AssetVisibility? Parse(string? word) => All.Contains(word) ? Enum.Parse<AssetVisibility>(word!, ignoreCase: true) : null;
}
