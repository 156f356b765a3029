using System.Globalization;
using System.Security.Cryptography;

namespace Pipeline.Corpus;

/// <summary>A file of the corpus and its expected result.</summary>
/// <param name="Expected"><c>ready</c> or <c>rejected</c>.</param>
/// <param name="Strength"><c>must</c> counts as a failure; <c>should</c> and <c>either</c> are reported only.</param>
/// <param name="Width">Width of the upright image, or null if the manifest has none.</param>
/// <param name="Invariants">Further conditions, such as <c>no:&lt;?php</c>.</param>
internal sealed record CorpusRow(
    string Path, string File, string DeclaredType, string Expected, string Strength, int? Width, int? Height, IReadOnlyList<string> Invariants)
{
    public bool Counts => Strength == "must";
}

/// <summary>MANIFEST.tsv: tab-separated, the first line names the columns.</summary>
internal static class Manifest
{
    public static async Task<IReadOnlyList<CorpusRow>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var manifest = Path.Combine(folder, "MANIFEST.tsv");
        if (!File.Exists(manifest))
            throw new CorpusException($"There is no {manifest}.");

        var files = Path.Combine(folder, "files");
        if (!Directory.Exists(files))
            files = folder;

        var lines = await File.ReadAllLinesAsync(manifest, cancellationToken);
        var columns = lines[0].Split('\t').Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        var rows = new List<CorpusRow>();
        var wrong = new List<string>();
        foreach (var line in lines.Skip(1).Where(l => l.Length > 0))
        {
            var fields = line.Split('\t');
            string Field(string name) => columns.TryGetValue(name, out var i)
                ? i < fields.Length ? fields[i] : ""
                : throw new CorpusException($"{manifest} has no column {name}.");
            int? Number(string name, string otherwise) =>
                int.TryParse(Field(name) is { Length: > 0 } text ? text : Field(otherwise), CultureInfo.InvariantCulture, out var n) ? n : null;

            var row = new CorpusRow(
                Field("path"), Path.Combine(files, Field("path")), Field("declared_mime"), Field("expected"), Field("strength"),
                Number("display_w", "width"), Number("display_h", "height"), Field("invariant").Split(',', StringSplitOptions.RemoveEmptyEntries));
            if (await FaultAsync(row, Field("sha256"), cancellationToken) is { } fault)
                wrong.Add($"{row.Path}: {fault}");
            rows.Add(row);
        }

        // A run over files that differ from the manifest proves nothing.
        return wrong.Count == 0 ? rows : throw new CorpusException($"The corpus is not what its manifest says:\n  {string.Join("\n  ", wrong)}");
    }

    private static async Task<string?> FaultAsync(CorpusRow row, string sha256, CancellationToken cancellationToken)
    {
        if (row.Expected is not ("ready" or "rejected"))
            return $"expected '{row.Expected}' is neither ready nor rejected";
        if (row.Strength is not ("must" or "should" or "either"))
            return $"strength '{row.Strength}' is not known";
        if (!File.Exists(row.File))
            return "the file is missing";
        await using var content = File.OpenRead(row.File);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        return hash == sha256 ? null : $"its sha256 is {hash}";
    }
}
