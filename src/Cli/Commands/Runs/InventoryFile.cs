using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.VisualBasic.FileIO;

namespace Pipeline.Cli.Commands.Runs;

/// <summary>An S3 inventory in CSV: bucket, URL-encoded key, size, last modified, tag. It is read line by line, so its size does not matter.</summary>
sealed class InventoryFile : IDisposable
{
    /// <summary>Objects that are sent at a time.</summary>
    public const int Part = 200;

    private const int Columns = 5;

    private readonly string _path;
    private readonly TextFieldParser _lines;

    private InventoryFile(string path, Stream content)
    {
        _path = path;
        _lines = new TextFieldParser(content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncoding: false, leaveOpen: false)
        {
            Delimiters = [","],
            HasFieldsEnclosedInQuotes = true,
            TrimWhiteSpace = false,
        };
    }

    public static InventoryFile Open(string path)
    {
        try
        {
            var file = File.OpenRead(path);
            var isZipped = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            return new InventoryFile(path, isZipped ? new GZipStream(file, CompressionMode.Decompress) : file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"--listing: {path} cannot be read: {e.Message}");
        }
    }

    public void Dispose() => _lines.Dispose();

    /// <summary>The objects, as the API takes them.</summary>
    public IEnumerable<object> Read()
    {
        while (true)
        {
            var line = _lines.LineNumber;
            if (Next(line) is not { } fields) yield break;
            yield return ObjectOf(fields, line);
        }
    }

    private string[]? Next(long line)
    {
        try
        {
            return _lines.ReadFields();
        }
        catch (Exception e) when (e is MalformedLineException or InvalidDataException or DecoderFallbackException or IOException)
        {
            throw Wrong(line, e is MalformedLineException ? "is not a line of CSV" : "cannot be read: the file is damaged");
        }
    }

    private object ObjectOf(string[] fields, long line)
    {
        if (fields.Length != Columns) throw Wrong(line, $"has {fields.Length} columns, not {Columns}: bucket, key, size, last modified, tag");
        if (fields[0].Length == 0 || fields[1].Length == 0) throw Wrong(line, "has no bucket or no key");
        if (!long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var size)) throw Wrong(line, $"has the size '{fields[2]}', which is not a number");
        if (!DateTimeOffset.TryParse(fields[3], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var modifiedAt))
            throw Wrong(line, $"has the time '{fields[3]}', which is not like 2026-01-31T12:00:00.000Z");
        return new { bucket = fields[0], key = Uri.UnescapeDataString(fields[1].Replace('+', ' ')), size, modifiedAt, eTag = fields[4].Trim('"') };
    }

    private CliFailure Wrong(long line, string what) => CliFailure.Usage($"--listing: line {line} of {_path} {what}");
}
