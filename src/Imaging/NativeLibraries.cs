using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Vips;

namespace Pipeline.Imaging;

/// <summary>
/// Finds the native libraries: libvips of the system, or else the one in the NuGet package NetVips.Native, which is built without patents'
/// codecs (HEVC) and holds GLib too; the encoders of the system, or else those inside the libvips of the package.
/// </summary>
internal static unsafe class NativeLibraries
{
    /// <summary>The environment variable that chooses the libvips: <c>system</c> or <c>nuget</c>. Decoders inherit it.</summary>
    public const string Switch = "PIPELINE_LIBVIPS";

    private const string System = "system";
    private const string Package = "nuget";
    private const string BundledMark = "+nuget";
    private const string JpegMark = "+jpeg";
    private const string WebpMark = "webp-vips";
    private const string StillMark = "+still";
    private const int MinMajor = 8;
    private const int MinMinor = 14;

    private static readonly string? Wanted = Environment.GetEnvironmentVariable(Switch) is { Length: > 0 } wanted ? wanted.ToLowerInvariant() : null;

    /// <summary>The libvips of the package, or 0 if the system's is used.</summary>
    private static readonly Lazy<nint> Bundled = new(ChooseBundled);

    private static readonly Lazy<bool> OwnJpeg = new(() => Open(LibTurboJpeg.Library) == 0);
    private static readonly Lazy<bool> OwnWebp = new(() => Open(LibWebp.Library) == 0);
    private static readonly Lazy<bool> OwnFilms = new(() => Open(LibWebpMux.Library) == 0 || Open(LibWebpDemux.Library) == 0);

    /// <summary>True if libvips comes from the package.</summary>
    public static bool IsBundled => Bundled.Value != 0;

    /// <summary>True if libvips has to write JPEG, because there is no libjpeg-turbo.</summary>
    public static bool JpegByVips => IsBundled && OwnJpeg.Value;

    /// <summary>True if libvips has to write WebP, because there is no libwebp.</summary>
    public static bool WebpByVips => IsBundled && OwnWebp.Value;

    /// <summary>True if animations become their first frame, because a library for animated WebP is missing.</summary>
    public static bool WithoutFilms => IsBundled && (OwnWebp.Value || OwnFilms.Value);

    /// <summary>Where the package's libvips is, if it is here; for the sandbox of the decoders.</summary>
    public static string? BundledPath => Candidates().FirstOrDefault(File.Exists);

    /// <summary>
    /// One sentence for the log, or null if everything is the system's. From the version, because the worker itself must not load libvips to know.
    /// </summary>
    /// <param name="version"><see cref="IImageEngine.Version"/>.</param>
    public static string? Describe(string version) => !version.Contains(BundledMark, StringComparison.Ordinal)
        ? null
        : $"libvips is that of the NuGet package NetVips.Native, without HEIC; JPEG is written by {(version.Contains(JpegMark, StringComparison.Ordinal) ? "libvips itself" : "libjpeg-turbo")}, "
          + $"WebP by {(version.Contains(WebpMark, StringComparison.Ordinal) ? "libvips itself" : "libwebp")}, animations {(version.Contains(StillMark, StringComparison.Ordinal) ? "become their first frame" : "stay animated")}";

    /// <summary>The parts of <see cref="IImageEngine.Version"/> that name the libraries; each choice gives other bytes.</summary>
    public static string Versions() =>
        $"libvips-{VipsRuntime.Start()}{(IsBundled ? BundledMark : "")}{(JpegByVips ? JpegMark : "")} "
        + (WebpByVips ? $"lib{WebpMark}{VipsRuntime.Start()}" : $"libwebp-{WebpEncoder.Version}") + (WithoutFilms ? StillMark : "");

    /// <exception cref="NativeLibraryMissingException">There is no usable libvips, or the choice is unknown.</exception>
    public static void ThrowUnlessVips()
    {
        if (Wanted is not (null or System or Package))
        {
            throw new NativeLibraryMissingException($"{Switch} must be {System} or {Package}, was '{Wanted}'.");
        }

        if (Wanted == Package && !IsBundled)
        {
            throw new NativeLibraryMissingException(
                $"{Switch} is {Package}, but no libvips of the package NetVips.Native is beside the program. It was built for another platform, or with BundledLibvips=false.");
        }

        if (!IsBundled)
        {
            NativeLibraryMissingException.ThrowUnlessLoads(VipsNative.Library, "libvips42");
        }
    }

    /// <summary>Throws unless the library loads or libvips does its work.</summary>
    /// <exception cref="NativeLibraryMissingException">The message names the package to install.</exception>
    public static void ThrowUnlessLoads(string library, string debianPackage)
    {
        if (!IsBundled)
        {
            NativeLibraryMissingException.ThrowUnlessLoads(library, debianPackage);
        }
    }

    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        VipsNative.Library or GLibNative.GLib or GLibNative.GObject => IsBundled ? PartOfBundle(name) : Open(name),
        LibTurboJpeg.Library or LibWebp.Library or LibWebpMux.Library or LibWebpDemux.Library => Open(name),
        _ => 0,
    };

    // On Windows the package has GLib in libraries of its own.
    private static nint PartOfBundle(string name) => OperatingSystem.IsWindows() && name != VipsNative.Library
        ? NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(BundledPath)!, name == GLibNative.GLib ? "libglib-2.0-0.dll" : "libgobject-2.0-0.dll"))
        : Bundled.Value;

    /// <summary>
    /// Loads a library as the system's own loader finds it. The runtime would look beside the program first, and would so mix the package's libvips with
    /// the system's GLib.
    /// </summary>
    private static nint Open(string name) => Names(name).Select(candidate => NativeLibrary.TryLoad(candidate, out var library) ? library : 0).FirstOrDefault(library => library != 0);

    private static IEnumerable<string> Names(string name)
    {
        yield return name;

        // libwebp.so.7 is libwebp.7.dylib on a Mac, and Homebrew's folders are not searched.
        var (stem, number) = (name[..name.IndexOf(".so", StringComparison.Ordinal)], name[(name.LastIndexOf('.') + 1)..]);
        if (OperatingSystem.IsMacOS())
        {
            foreach (var folder in new[] { "", "/opt/homebrew/lib/", "/usr/local/lib/", "/opt/homebrew/opt/jpeg-turbo/lib/", "/usr/local/opt/jpeg-turbo/lib/" })
            {
                yield return $"{folder}{stem}.{number}.dylib";
            }
        }
        else if (OperatingSystem.IsWindows())
        {
            yield return $"{stem}.dll";
            yield return $"{stem["lib".Length..]}.dll";
        }
    }

    private static nint ChooseBundled()
    {
        if (Wanted == System || (Wanted is null && IsUsable(Open(VipsNative.Library))))
        {
            return 0;
        }

        return BundledPath is { } path && NativeLibrary.TryLoad(path, out var library) ? library : 0;
    }

    private static bool IsUsable(nint library)
    {
        if (library == 0 || !NativeLibrary.TryGetExport(library, "vips_version", out var version))
        {
            return false;
        }

        var part = (delegate* unmanaged[Cdecl]<int, int>)version;
        return (part(0), part(1)).CompareTo((MinMajor, MinMinor)) >= 0;
    }

    private static IEnumerable<string> Candidates()
    {
        var name = OperatingSystem.IsWindows() ? "libvips-42.dll" : OperatingSystem.IsMacOS() ? "libvips.42.dylib" : "libvips.so.42";
        var folder = Path.GetDirectoryName(typeof(NativeLibraries).Assembly.Location) is { Length: > 0 } beside ? beside : AppContext.BaseDirectory;

        // A program that was published for one platform has them beside itself.
        yield return Path.Combine(folder, name);
        yield return Path.Combine(folder, "runtimes", Platform(), "native", name);
    }

    private static string Platform()
    {
        var processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var isMusl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) || RuntimeInformation.RuntimeIdentifier.StartsWith("alpine", StringComparison.Ordinal);
        return OperatingSystem.IsWindows() ? $"win-{processor}" : OperatingSystem.IsMacOS() ? $"osx-{processor}" : isMusl ? $"linux-musl-{processor}" : $"linux-{processor}";
    }
}
