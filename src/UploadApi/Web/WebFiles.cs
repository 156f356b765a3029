using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Text;

namespace Pipeline.UploadApi.Web;

/// <summary>A file of the pages.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record WebFile(string ContentType, byte[] Bytes)
{
    private readonly Lazy<byte[]> _gzip = new(() => Compress(Bytes));

    /// <summary>The content, compressed once.</summary>
    public byte[] Gzip => _gzip.Value;

    private static byte[] Compress(byte[] bytes)
    {
        using var result = new MemoryStream();
        using (var gzip = new GZipStream(result, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return result.ToArray();
    }
}

/// <summary>The built pages, which are part of the program: <c>web/dist</c>.</summary>
internal sealed class WebFiles
{
    private const string Prefix = "Web/";
    private const string Index = "index.html";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
    };

    private readonly FrozenDictionary<string, WebFile> _assets;

    public WebFiles()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        Page = Encoding.UTF8.GetString(Read(assembly, Prefix + Index));
        _assets = names.Select(name => (Name: name[Prefix.Length..], Type: Types.GetValueOrDefault(Path.GetExtension(name))))
            .Where(file => file.Type is not null)
            .ToFrozenDictionary(file => file.Name, file => new WebFile(file.Type!, Read(assembly, Prefix + file.Name)), StringComparer.Ordinal);
    }

    /// <summary>The page of all client routes, with places for the nonce and the settings.</summary>
    public string Page { get; }

    /// <summary>The paths of the other files; their names change with their content.</summary>
    public IEnumerable<string> Paths => _assets.Keys;

    /// <summary>The file at a path of <see cref="Paths"/>.</summary>
    public WebFile this[string path] => _assets[path];

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The program's file {name} is missing.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
