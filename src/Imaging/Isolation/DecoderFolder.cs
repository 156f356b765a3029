using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// Where the worker and one decoder pass each other files: <c>in</c>, which a decoder can only read, and <c>out</c>, in which it can write. All
/// else that the worker holds, the folders of the assets too, is out of a decoder's reach.
/// </summary>
internal sealed partial class DecoderFolder : IDisposable
{
    public const string In = "in";
    public const string Out = "out";

    /// <summary>Above the largest variant there can be; a decoder is held to it as well.</summary>
    public const long MaxFileBytes = 256L * 1024 * 1024;

    private const int BufferBytes = 128 * 1024;

    private readonly SafeFileHandle _out;

    public DecoderFolder(string path)
    {
        Path = Directory.CreateDirectory(path).FullName;
        Directory.CreateDirectory(InPath);
        Directory.CreateDirectory(OutPath);

        // Held from before there is a decoder, so that no other folder can take its place.
        _out = Sys.Open(OutPath, Sys.OpenDirectory | Sys.OpenNoFollow);
        if (_out.IsInvalid) throw Sys.Failed($"open {OutPath}");
    }

    public string Path { get; }

    public string InPath => System.IO.Path.Combine(Path, In);

    public string OutPath => System.IO.Path.Combine(Path, Out);

    /// <summary>Gives a decoder a file to read.</summary>
    /// <param name="file">Of the worker.</param>
    /// <param name="name">What the decoder sees it as.</param>
    /// <returns>Its path for the decoder.</returns>
    public string Lend(string file, string name)
    {
        var lent = System.IO.Path.Combine(InPath, name);
        File.Delete(lent);

        // A second name costs nothing. On another file system there is none, and a symbolic link would lead to where a decoder cannot go.
        if (new FileInfo(file).LinkTarget is not null || Sys.Link(file, lent) != 0) File.Copy(file, lent);
        return $"{In}/{name}";
    }

    /// <summary>Gives a decoder bytes of our own to read.</summary>
    /// <inheritdoc cref="Lend(string, string)" />
    public string Lend(byte[] bytes, string name)
    {
        File.WriteAllBytes(System.IO.Path.Combine(InPath, name), bytes);
        return $"{In}/{name}";
    }

    /// <summary>
    /// Takes what a decoder says that it has rendered. The decoder lives on and may hold its files open, so they are copied to where it cannot
    /// write: what is hashed here is what is published.
    /// </summary>
    /// <returns>The variants as they lie in the other folder.</returns>
    /// <exception cref="InvalidDataException">What lies there is not what an honest decoder leaves.</exception>
    public IReadOnlyList<RenderedVariant> Take(IReadOnlyList<RenderedVariant> variants, string destination)
    {
        var names = variants.Select(variant => System.IO.Path.GetFileName(variant.Path)).ToList();
        if (names.Any(name => !FileName().IsMatch(name)) || names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            throw new InvalidDataException("A variant's file has a name that it cannot have.");
        return [.. variants.Zip(names, (variant, name) => Take(variant, name, System.IO.Path.Combine(destination, name)))];
    }

    /// <summary>Empties both sides, for the next image.</summary>
    /// <returns>False if something is left, which no honest decoder has made.</returns>
    public bool TryClear()
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(InPath).Concat(Directory.EnumerateFiles(OutPath))) File.Delete(path);
            return !Directory.EnumerateFileSystemEntries(OutPath).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _out.Dispose();
        try
        {
            if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process that does not die may still write. The work folder goes with the worker, or with the start of the next one.
        }
    }

    private RenderedVariant Take(RenderedVariant variant, string name, string destination)
    {
        using var source = Sys.Open(_out, name, Sys.OpenNoFollow | Sys.OpenNonBlocking);
        if (source.IsInvalid) throw new InvalidDataException("A variant's file is not there, or is a link.");
        if (!Sys.IsLoneFile(source)) throw new InvalidDataException("A variant's file is no file, or has another name as well.");

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var copy = File.Create(destination);
        var buffer = new byte[BufferBytes];
        long length = 0;
        for (int read; (read = RandomAccess.Read(source, buffer, length)) > 0; length += read)
        {
            // Whatever else a decoder may have made, a page or a script is not published under the type of a picture.
            if (length == 0 && ImageTypes.Sniff(buffer.AsSpan(0, read))?.MediaType() != $"image/{variant.Format}")
                throw new InvalidDataException("A variant's file does not start like its format.");
            if (length + read > MaxFileBytes) throw new InvalidDataException("A variant's file is larger than any can be.");
            hash.AppendData(buffer, 0, read);
            copy.Write(buffer, 0, read);
        }

        if (length == 0) throw new InvalidDataException("A variant's file is empty.");
        return variant with { Path = destination, Bytes = length, Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();
}
