using System.CommandLine.Parsing;

namespace Pipeline.Cli.Commands;

/// <summary>Parses an asset's id, so that a mistyped id is reported here and never becomes part of a path.</summary>
static class AssetId
{
    public static string? Parse(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Guid.TryParseExact(text, "D", out var id)) return id.ToString("D");
        result.AddError($"'{text}' is not an asset's id, such as 0190a5b2-7c3e-7000-8000-0123456789ab.");
        return null;
    }
}
