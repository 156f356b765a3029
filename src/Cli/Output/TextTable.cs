using System.Globalization;

namespace Pipeline.Cli.Output;

/// <summary>
/// A table with columns aligned by spaces. Spectre's own table wraps long cells at the terminal's edge, and a wrapped URL can neither be clicked
/// nor be extracted by a script.
/// </summary>
sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public bool IsEmpty => _rows.Count == 1;

    public void Add(params string?[] cells) => _rows.Add(Array.ConvertAll(cells, cell => Printable.Clean(cell)));

    /// <summary>The header comes first. Lines have no trailing spaces, and columns that are empty in all rows are left out.</summary>
    public IEnumerable<string> Lines(string indent = "")
    {
        var columns = Enumerable.Range(0, header.Length)
            .Where(column => _rows.Skip(1).Any(row => row[column].Length > 0))
            .Select(column => (Index: column, Width: _rows.Max(row => Width(row[column]))))
            .ToArray();
        return _rows.Select(row => (indent + string.Join("  ", columns.Select(column => Padded(row[column.Index], column.Width)))).TrimEnd());
    }

    private static string Padded(string cell, int width) => cell + new string(' ', width - Width(cell));

    // Count visible characters; wide East Asian glyphs still shift their line, which is acceptable.
    private static int Width(string cell) => new StringInfo(cell).LengthInTextElements;
}
