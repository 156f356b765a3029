using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// The files that a decoder program needs to start and to work. Landlock allows single files, or folders with everything in them; in folders
/// that may also hold settings, each file is therefore allowed by itself.
/// </summary>
internal static partial class DecoderFiles
{
    private const string LibraryPath = "LD_LIBRARY_PATH";

    private static readonly string Triplet = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64-linux-gnu" : "x86_64-linux-gnu";

    // These folders hold only libraries and fonts, unless this program was installed there as well.
    private static readonly string[] Folders =
    [
        $"/lib/{Triplet}", $"/usr/lib/{Triplet}", $"/usr/local/lib/{Triplet}", "/lib64", "/usr/lib64", "/usr/local/lib64",
        "/usr/share/fonts", "/usr/local/share/fonts",
    ];

    // With musl, /lib and /usr/lib hold all libraries, but also many other files.
    private static readonly string[] MixedFolders = Directory.Exists("/lib") && Directory.EnumerateFiles("/lib", "ld-musl-*").Any()
        ? ["/lib", "/usr/lib", "/usr/local/lib"]
        : ["/usr/local/lib"];

    /// <summary>Files that every dynamically linked program needs. Not all of /etc, /usr and /run, because they hold secrets.</summary>
    public static IReadOnlyList<string> SystemLibraries { get; } =
    [
        "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/ld-musl-x86_64.path", "/etc/ld-musl-aarch64.path",
        .. Folders.SelectMany(folder => Below(folder, [AppContext.BaseDirectory, Environment.CurrentDirectory])),
        .. MixedFolders.SelectMany(Libraries),
        .. (Environment.GetEnvironmentVariable(LibraryPath) ?? string.Empty).Split(':').Where(Path.IsPathRooted).SelectMany(Libraries),
    ];

    /// <summary>The assemblies beside the given one, and the files that .NET reads to find them; no settings, data or other files.</summary>
    public static IReadOnlyList<string> Program(string assembly)
    {
        var folder = Path.GetDirectoryName(assembly)!;
        return
        [
            .. Directory.EnumerateFiles(folder, "*.dll"), .. Libraries(folder),
            Path.ChangeExtension(assembly, ".deps.json"), Path.ChangeExtension(assembly, ".runtimeconfig.json"),
        ];
    }

    /// <summary>The folder itself; or, if one of the other folders lies in it, only its shared libraries.</summary>
    public static IEnumerable<string> Below(string folder, IEnumerable<string> others) =>
        Real(folder) is { } path && others.Any(other => $"{Real(other)}/".StartsWith($"{path}/", StringComparison.Ordinal)) ? Libraries(folder) : [folder];

    /// <summary>The shared libraries in a folder and one level below, where libvips and libheif keep their modules.</summary>
    public static IEnumerable<string> Libraries(string folder)
    {
        var depth = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true };
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.so*", depth).Where(path => SharedLibrary().IsMatch(path)) : [];
    }

    // Resolves symbolic links: /lib is one on most systems.
    private static string? Real(string path)
    {
        using var handle = Sys.Open(path, Sys.OpenPathOnly);
        return handle.IsInvalid ? null : new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget;
    }

    [GeneratedRegex(@"\.so(\.[0-9]+)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex SharedLibrary();
}
