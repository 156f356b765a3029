using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// Folder for passing files between the worker and one decoder: the decoder can only read <c>in</c>, and can write <c>out</c>. The decoder has
/// no access to the worker's other files, including the folders of the assets.
/// </summary>
internal sealed partial class DecoderFolder : IDisposable
{
    public const string In = "in";
    public const string Out = "out";

    /// <summary>More than the largest possible variant; the kernel enforces it for the decoder as well.</summary>
    public const long MaxFileBytes = 256L * 1024 * 1024;

    private const int BufferBytes = 128 * 1024;

    private readonly SafeFileHandle _out;

    public DecoderFolder(string path)
    {
        Path = Directory.CreateDirectory(path).FullName;
        Directory.CreateDirectory(InPath);
        Directory.CreateDirectory(OutPath);

        // Opened before the decoder starts, so that the decoder cannot replace the folder by another one.
        _out = Sys.Open(OutPath, Sys.OpenDirectory | Sys.OpenNoFollow);
        if (_out.IsInvalid) throw Sys.Failed($"open {OutPath}");
    }

    public string Path { get; }

    public string InPath => System.IO.Path.Combine(Path, In);

    public string OutPath => System.IO.Path.Combine(Path, Out);

    /// <summary>Gives the decoder a file to read.</summary>
    /// <param name="file">A file of the worker.</param>
    /// <param name="name">Its name inside <c>in</c>.</param>
    /// <returns>The path that the decoder opens.</returns>
    public string Lend(string file, string name)
    {
        var lent = System.IO.Path.Combine(InPath, name);
        File.Delete(lent);

        // A hard link costs nothing, but fails across file systems. A symbolic link would point to a place that the decoder cannot open.
        // In both cases the file is copied.
        if (new FileInfo(file).LinkTarget is not null || Sys.Link(file, lent) != 0) File.Copy(file, lent);
        return $"{In}/{name}";
    }

    /// <summary>Gives the decoder bytes of the worker to read.</summary>
    /// <inheritdoc cref="Lend(string, string)" />
    public string Lend(byte[] bytes, string name)
    {
        File.WriteAllBytes(System.IO.Path.Combine(InPath, name), bytes);
        return $"{In}/{name}";
    }

    /// <summary>
    /// Copies the rendered variants out of the decoder's folder. The decoder keeps running and may hold its files open, so the worker copies
    /// them to where the decoder cannot write, and hashes the copied bytes: only these are published.
    /// </summary>
    /// <returns>The variants with their paths in the destination folder.</returns>
    /// <exception cref="InvalidDataException">A file is missing or invalid; a correct decoder never leaves such a file.</exception>
    public IReadOnlyList<RenderedVariant> Take(IReadOnlyList<RenderedVariant> variants, string destination)
    {
        var names = variants.Select(variant => System.IO.Path.GetFileName(variant.Path)).ToList();
        if (names.Any(name => !FileName().IsMatch(name)) || names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            throw new InvalidDataException("A variant's file has an invalid name.");
        return [.. variants.Zip(names, (variant, name) => Take(variant, name, System.IO.Path.Combine(destination, name)))];
    }

    /// <summary>Empties both folders for the next image.</summary>
    /// <returns>False if anything is left in <c>out</c>; a correct decoder creates only files, so it must be replaced.</returns>
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
            // A process that does not exit may still write here. The worker deletes the work folder when it ends, or the next one at its start.
        }
    }

    private RenderedVariant Take(RenderedVariant variant, string name, string destination)
    {
        using var source = Sys.Open(_out, name, Sys.OpenNoFollow | Sys.OpenNonBlocking);
        if (source.IsInvalid) throw new InvalidDataException("A variant's file is missing, or is a link.");
        if (!Sys.HasSingleLink(source)) throw new InvalidDataException("A variant's file is not a regular file, or has several hard links.");

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var copy = File.Create(destination);
        var buffer = new byte[BufferBytes];
        long length = 0;
        for (int read; (read = RandomAccess.Read(source, buffer, length)) > 0; length += read)
        {
            // A compromised decoder must not get a page or a script published under an image type.
            if (length == 0 && ImageTypes.Sniff(buffer.AsSpan(0, read))?.MediaType() != $"image/{variant.Format}")
                throw new InvalidDataException("A variant's file does not have the signature of its format.");
            if (length + read > MaxFileBytes) throw new InvalidDataException("A variant's file is larger than the limit.");
            hash.AppendData(buffer, 0, read);
            copy.Write(buffer, 0, read);
        }

        if (length == 0) throw new InvalidDataException("A variant's file is empty.");
        return variant with { Path = destination, Bytes = length, Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex FileName();
}
