using System.Runtime.InteropServices;
using Pipeline.Imaging.Codecs;

namespace Pipeline.Imaging.Vips;

/// <summary>
/// The HEIC and AVIF support of libvips, which Debian and Ubuntu ship as a separate module. <see cref="VipsRuntime"/> disables all modules; this
/// one is loaded when it is first needed, with its loader still blocked.
/// </summary>
internal static unsafe class VipsHeif
{
    private const string Loader = "VipsForeignLoadHeif";

    private static readonly Lazy<bool> Added = new(Add);

    /// <summary>Makes <c>heifsave_buffer</c> usable, provided that libheif finds an encoder.</summary>
    /// <exception cref="NativeLibraryMissingException">This libvips has no HEIF module and no built-in HEIF support.</exception>
    public static void Start()
    {
        if (!Added.Value)
        {
            throw new NativeLibraryMissingException(
                $"libvips {VipsRuntime.Start()} cannot read or write HEIC and AVIF: it was built without libheif, and vips-heif.so is not in "
                + $"{ModuleFolder() ?? "the folder of its modules"}. Install the Debian or Ubuntu package libvips42, which contains it.");
        }
    }

    /// <summary>Also unblocks the loader: from now on libheif parses uploaded files.</summary>
    /// <exception cref="NativeLibraryMissingException">This libvips has no HEIF module and no built-in HEIF support.</exception>
    public static void OpenLoader()
    {
        Start();
        VipsNative.SetBlocked(Loader, blocked: false);
    }

    private static bool Add()
    {
        _ = VipsRuntime.Start();
        if (VipsNative.FindType("VipsOperation", "heifload_buffer") != 0)
        {
            if (!NativeLibraries.IsBundled)
            {
                _ = LibHeif.Start(0);
            }

            return true;
        }

        // Loads this one file as GLib's module loader would.
        if (ModuleFolder() is not { } folder
            || !NativeLibrary.TryLoad(Path.Combine(folder, "vips-heif.so"), out var module)
            || !NativeLibrary.TryGetExport(module, "g_module_check_init", out var init))
        {
            return false;
        }

        var refusal = ((delegate* unmanaged[Cdecl]<nint, nint>)init)(0);
        VipsNative.SetBlocked(Loader, blocked: true);
        _ = LibHeif.Start(0);
        return refusal == 0;
    }

    /// <summary>The module folder beside the loaded libvips; its path depends on the distribution.</summary>
    private static string? ModuleFolder() => File.ReadLines("/proc/self/maps")
        .Where(line => line.Contains($"/{VipsNative.Library}", StringComparison.Ordinal))
        .Select(line => Path.GetDirectoryName(line[line.IndexOf('/', StringComparison.Ordinal)..]))
        .Select(folder => folder is null ? null : Path.Combine(folder, $"vips-modules-{VipsNative.Version(0)}.{VipsNative.Version(1)}"))
        .FirstOrDefault();
}
