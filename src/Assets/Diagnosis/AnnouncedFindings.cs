using System.Text.Json;
using Pipeline.Contracts;

namespace Pipeline.Assets.Diagnosis;

/// <summary>Stores the findings of a worker as text. A compromised worker can send anything, so number and lengths are limited.</summary>
internal static class AnnouncedFindings
{
    public const int MaxFindings = 32;
    public const int MaxCheck = 64;
    public const int MaxText = 400;

    // A hundred years.
    private const long MaxAge = 3_155_760_000;

    /// <returns>Null for none.</returns>
    public static string? Write(IReadOnlyList<AnnouncedFinding>? findings) => findings is { Count: > 0 }
        ? JsonSerializer.Serialize(findings.OfType<AnnouncedFinding>().Take(MaxFindings).Select(Cut), JsonSerializerOptions.Web)
        : null;

    public static IReadOnlyList<AnnouncedFinding> Read(string? json) => json is null ? [] : JsonSerializer.Deserialize<List<AnnouncedFinding>>(json, JsonSerializerOptions.Web) ?? [];

    private static AnnouncedFinding Cut(AnnouncedFinding finding) => new()
    {
        Check = Text(finding.Check, MaxCheck), Status = Text(finding.Status, MaxCheck), Detail = Text(finding.Detail, MaxText), Fix = finding.Fix is null ? null : Text(finding.Fix, MaxText), AgeSeconds = finding.AgeSeconds is >= 0 and <= MaxAge ? finding.AgeSeconds : null,
    };

    private static string Text(string? text, int most)
    {
        var printable = string.Concat((text ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c)));
        return printable.Length <= most ? printable : printable[..most];
    }
}
