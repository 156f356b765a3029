using System.Globalization;

namespace Pipeline.Cli.Output;

/// <summary>
/// Columns aligned by spaces. Spectre's own table breaks a long cell over lines at the terminal's edge, and a URL that is broken
/// can neither be clicked nor be cut out by a script.
/// </summary>
sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    public bool IsEmpty => _rows.Count == 1;

    public void Add(params string?[] cells) => _rows.Add(Array.ConvertAll(cells, cell => Printable.Clean(cell)));

    /// <summary>The header first. No line ends in spaces, and a column that says nothing in any row is left out.</summary>
    public IEnumerable<string> Lines(string indent = "")
    {
        var columns = Enumerable.Range(0, header.Length)
            .Where(column => _rows.Skip(1).Any(row => row[column].Length > 0))
            .Select(column => (Index: column, Width: _rows.Max(row => Width(row[column]))))
            .ToArray();
        return _rows.Select(row => (indent + string.Join("  ", columns.Select(column => Padded(row[column.Index], column.Width)))).TrimEnd());
    }

    private static string Padded(string cell, int width) => cell + new string(' ', width - Width(cell));

    // By what a person sees as one character; wide East Asian glyphs still shift their line, which harms nobody.
    private static int Width(string cell) => new StringInfo(cell).LengthInTextElements;
}
