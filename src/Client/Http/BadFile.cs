using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pipeline.Client;

/// <summary>A file of a batch that the server does not accept.</summary>
/// <param name="Index">Its place in the request, from 0.</param>
/// <param name="Code">The server's stable code.</param>
/// <param name="Text">A sentence about the file.</param>
public sealed partial record BadFile(int Index, string Code, string Text)
{
    private const string UnknownCode = "invalid_request";

    /// <summary>Reads <c>files</c> of a problem document, and the fields of each file from <c>errors</c>; one entry for each index.</summary>
    internal static IReadOnlyList<BadFile> Read(JsonElement problem)
    {
        var fields = FieldsByIndex(problem);
        var named = Named(problem).ToList();
        return
        [
            .. named.Select(file => file with { Text = Explain(file, string.Join("; ", fields[file.Index])) }),
            .. fields.Where(file => named.TrueForAll(one => one.Index != file.Key)).Select(file => new BadFile(file.Key, UnknownCode, string.Join("; ", file))),
        ];
    }

    private static string Explain(BadFile file, string fields) => (file.Text, fields) switch
    {
        ({ Length: > 0 } text, { Length: > 0 }) => $"{text} [{fields}]",
        ({ Length: > 0 } text, _) => text,
        (_, { Length: > 0 }) => fields,
        _ => file.Code,
    };

    private static IEnumerable<BadFile> Named(JsonElement problem)
    {
        if (!problem.TryGetProperty("files", out var files) || files.ValueKind != JsonValueKind.Array) return [];
        return files.EnumerateArray()
            .Where(file => file.ValueKind == JsonValueKind.Object && file.TryGetProperty("index", out var index) && index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out _))
            .Select(file => new BadFile(file.GetProperty("index").GetInt32(), Member(file, "code") ?? UnknownCode, Member(file, "detail") ?? ""))
            .DistinctBy(file => file.Index);
    }

    private static ILookup<int, string> FieldsByIndex(JsonElement problem)
    {
        IEnumerable<JsonProperty> errors = problem.TryGetProperty("errors", out var given) && given.ValueKind == JsonValueKind.Object ? given.EnumerateObject() : [];
        return errors
            .Select(error => (Place: Place().Match(error.Name), error.Value))
            .Where(error => error.Place.Success)
            .ToLookup(
                error => int.Parse(error.Place.Groups["index"].ValueSpan, CultureInfo.InvariantCulture),
                error => $"{error.Place.Groups["field"].Value}: {string.Join(", ", Problem.Sentences(error.Value))}".TrimStart(':', ' '));
    }

    private static string? Member(JsonElement file, string name) =>
        file.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"^files\[(?<index>\d{1,3})\](\.(?<field>.+))?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}
