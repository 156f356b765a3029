using System.Diagnostics;
using System.Text.Json;

namespace Pipeline.Corpus;

/// <summary>One call for all downloads, since a start for each would take most of the run.</summary>
internal static class ExifTool
{
    private static readonly string[] Groups = ["EXIF", "XMP", "IPTC", "GPS", "ICC_Profile", "Photoshop", "MakerNotes"];

    /// <summary>For each file with metadata: its path and its tags.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> FindMetadataAsync(string folder, CancellationToken cancellationToken)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Count();
        if (files == 0)
            return new Dictionary<string, string>(StringComparer.Ordinal);

        var start = new ProcessStartInfo("exiftool")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["-json", "-G", "-a", "-r", "-ext", "*", "-FileType", "-Comment", .. Groups.Select(g => $"-{g}:all"), folder])
            start.ArgumentList.Add(argument);
        using var process = Start(start);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var json = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (json.Length == 0)
            throw new CorpusException($"exiftool said nothing: {await error}");

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.GetArrayLength() != files)
            throw new CorpusException($"exiftool looked at {document.RootElement.GetArrayLength()} of {files} files: {await error}");
        foreach (var file in document.RootElement.EnumerateArray())
        {
            var tags = file.EnumerateObject().Select(t => t.Name).Where(t => t is not ("SourceFile" or "File:FileType")).ToArray();
            if (tags.Length > 0)
                found[file.GetProperty("SourceFile").GetString()!] = string.Join(' ', tags);
        }

        return found;
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CorpusException("exiftool is not installed (Debian: libimage-exiftool-perl).", e);
        }
    }
}
