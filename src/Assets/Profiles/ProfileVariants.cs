using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.Assets.Profiles;

/// <summary>Which variants a profile makes, by the announcement of a worker.</summary>
internal static class ProfileVariants
{
    // Far more sizes and formats than anyone configures.
    internal const int Most = 512;

    private const int MostLetters = 32;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The stored text; null if the list is missing or invalid, and then plans count all variants of a stale asset as rendered.</summary>
    public static string? ToJson(IReadOnlyList<AnnouncedVariant>? variants) =>
        variants is { Count: > 0 and <= Most } && variants.All(IsValid) ? JsonSerializer.Serialize(variants, Json) : null;

    /// <summary>The recipe of each variant by name and format; null if the text is missing or invalid.</summary>
    public static IReadOnlyDictionary<(string Name, string Format), string>? Read(string? json)
    {
        try
        {
            var variants = json is null ? null : JsonSerializer.Deserialize<List<AnnouncedVariant>>(json, Json);
            return variants?.TrueForAll(IsValid) == true ? variants.DistinctBy(v => (v.Name, v.Format)).ToDictionary(v => (v.Name, v.Format), v => v.Recipe) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsValid(AnnouncedVariant? variant) =>
        variant is { Name.Length: > 0 and <= MostLetters, Format.Length: > 0 and <= MostLetters } && Hex64.Is(variant.Recipe)
        && (variant.Name + variant.Format).All(char.IsAsciiLetterOrDigit);
}
