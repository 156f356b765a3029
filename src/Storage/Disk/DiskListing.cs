using System.IO.Enumeration;

namespace Pipeline.Storage.Disk;

/// <summary>Walks the folders in key order and enters only folders whose keys can match the prefix.</summary>
internal static class DiskListing
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    public static IEnumerable<ObjectKey> Keys(DiskLayout layout, string prefix)
    {
        var start = layout.Root;
        var above = prefix[..(prefix.LastIndexOf('/') + 1)];
        if (above.Length > 0)
        {
            // A prefix that no key can start with matches nothing; above all it must not lead out of the root.
            if (!ObjectKey.TryParse(above[..^1], out var folder)) yield break;
            start = layout.Folder(folder);
        }

        var levels = new Stack<Queue<Entry>>([Level(start, above, prefix)]);
        while (levels.TryPeek(out var level))
        {
            if (!level.TryDequeue(out var entry)) levels.Pop();
            else if (entry.Folder is { } folder) levels.Push(Level(folder, entry.Text, prefix));
            else yield return ObjectKey.Parse(entry.Text);
        }
    }

    // A folder is sorted by its name plus a slash, because exactly the keys inside it start with that text.
    private static Queue<Entry> Level(string folder, string above, string prefix)
    {
        var entries = new List<Entry>();
        Collect(entries, folder, above, prefix, continued: false);
        entries.Sort((a, b) => string.CompareOrdinal(a.Text, b.Text));
        return new Queue<Entry>(entries);
    }

    // A segment that continues in a subfolder is sorted as if it had not been split.
    private static void Collect(List<Entry> entries, string folder, string above, string prefix, bool continued)
    {
        foreach (var (name, isFolder) in Names(folder))
        {
            if (continued != name.StartsWith(DiskLayout.Mark)) continue;
            var text = above + (continued ? name[1..] : name);
            var path = Path.Combine(folder, name);
            if (!isFolder)
            {
                if (!text.EndsWith(DiskLayout.ManifestEnding, StringComparison.Ordinal)) continue;
                Add(new Entry(text[..^DiskLayout.ManifestEnding.Length], null));
            }
            else if (!text.EndsWith(DiskLayout.Mark))
            {
                Add(new Entry(text + '/', path));
            }
            else if (Overlaps(text[..^1], prefix))
            {
                Collect(entries, path, text[..^1], prefix, continued: true);
            }
        }

        void Add(Entry entry)
        {
            // Skip files that other programs put into the root.
            if (entry.Text.StartsWith(prefix, StringComparison.Ordinal) && ObjectKey.TryParse(entry.Text.TrimEnd('/'), out _)) entries.Add(entry);
        }
    }

    private static bool Overlaps(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(text, StringComparison.Ordinal);

    private static List<(string Name, bool IsFolder)> Names(string folder)
    {
        try
        {
            return [.. new FileSystemEnumerable<(string, bool)>(folder,
                (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.IsDirectory), Everything)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private sealed record Entry(string Text, string? Folder);
}
