using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// The files that a program needs to start and to work. Landlock allows files, or folders with all that is in them, so whatever may lie beside
/// settings is allowed file by file.
/// </summary>
internal static partial class DecoderFiles
{
    private const string LibraryPath = "LD_LIBRARY_PATH";

    private static readonly string Triplet = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

    // They hold nothing but libraries and fonts, unless somebody has put this program there as well.
    private static readonly string[] Folders =
    [
        $"/lib/{Triplet}", $"/usr/lib/{Triplet}", $"/usr/local/lib/{Triplet}", "/lib64", "/usr/lib64", "/usr/local/lib64",
        "/usr/share/fonts", "/usr/local/share/fonts",
    ];

    // With musl all libraries are in these two, and much else is.
    private static readonly string[] MixedFolders = Directory.Exists("/lib") && Directory.EnumerateFiles("/lib", "ld-musl-*").Any()
        ? ["/lib", "/usr/lib", "/usr/local/lib"]
        : ["/usr/local/lib"];

    /// <summary>What any program needs that is linked against shared libraries. Not all of /etc, /usr and /run, where secrets are found.</summary>
    public static IReadOnlyList<string> SystemLibraries { get; } =
    [
        "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld-musl-x86_64.path", "/etc/ld-musl-aarch64.path",
        .. Folders.SelectMany(folder => Below(folder, [AppContext.BaseDirectory, Environment.CurrentDirectory])),
        .. MixedFolders.SelectMany(Libraries),
        .. (Environment.GetEnvironmentVariable(LibraryPath) ?? string.Empty).Split(':').Where(Path.IsPathRooted).SelectMany(Libraries),
    ];

    /// <summary>The assemblies beside one, and what .NET reads to find them. Not the settings, the data and whatever else lies there.</summary>
    public static IReadOnlyList<string> Program(string assembly)
    {
        var folder = Path.GetDirectoryName(assembly)!;
        return
        [
            .. Directory.EnumerateFiles(folder, "*.dll"), .. Libraries(folder),
            Path.ChangeExtension(assembly, ".deps.json"), Path.ChangeExtension(assembly, ".runtimeconfig.json"),
        ];
    }

    /// <summary>A folder; or, if one of the others lies in it, only the libraries there.</summary>
    public static IEnumerable<string> Below(string folder, IEnumerable<string> others) =>
        Real(folder) is { } path && others.Any(other => $"{Real(other)}/".StartsWith($"{path}/", StringComparison.Ordinal)) ? Libraries(folder) : [folder];

    /// <summary>The shared libraries of a folder, and one level deeper, where libvips and libheif keep their modules.</summary>
    public static IEnumerable<string> Libraries(string folder)
    {
        var depth = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true };
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.so*", depth).Where(path => SharedLibrary().IsMatch(path)) : [];
    }

    // /lib is a link on most systems.
    private static string? Real(string path)
    {
        using var handle = Sys.Open(path, Sys.OpenPathOnly);
        return handle.IsInvalid ? null : new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget;
    }

    [GeneratedRegex(@"\.so(\.[0-9]+)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SharedLibrary();
}
