using System.Runtime.InteropServices;
using Pipeline.Imaging.Codecs;

namespace Pipeline.Imaging.Vips;

/// <summary>
/// libvips' door to HEIC and AVIF, which Debian and Ubuntu ship as a module of its own. <see cref="VipsRuntime"/> keeps all modules out; this
/// one is let in when it is first needed, and with its reader shut.
/// </summary>
internal static unsafe class VipsHeif
{
    private const string Loader = "VipsForeignLoadHeif";

    private static readonly Lazy<bool> Added = new(Add);

    /// <summary>Makes <c>heifsave_buffer</c> usable, as far as libheif finds an encoder.</summary>
    /// <exception cref="NativeLibraryMissingException">This libvips has neither the module nor the like built in.</exception>
    public static void Start()
    {
        if (!Added.Value)
        {
            throw new NativeLibraryMissingException(
                $"libvips {VipsRuntime.Start()} cannot read or write HEIC and AVIF: it was built without libheif, and vips-heif.so is not in "
                + $"{ModuleFolder() ?? "the folder of its modules"}. Debian and Ubuntu have it in the package of libvips42.");
        }
    }

    /// <summary>Also opens the reader: from here on files are parsed by libheif.</summary>
    /// <exception cref="NativeLibraryMissingException">This libvips has neither the module nor the like built in.</exception>
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
            _ = LibHeif.Start(0);
            return true;
        }

        // What GLib's module loader would do, for this one file.
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

    /// <summary>Beside the libvips that is loaded, wherever this distribution has it.</summary>
    private static string? ModuleFolder() => File.ReadLines("/proc/self/maps")
        .Where(line => line.Contains($"/{VipsNative.Library}", StringComparison.Ordinal))
        .Select(line => Path.GetDirectoryName(line[line.IndexOf('/', StringComparison.Ordinal)..]))
        .Select(folder => folder is null ? null : Path.Combine(folder, $"vips-modules-{VipsNative.Version(0)}.{VipsNative.Version(1)}"))
        .FirstOrDefault();
}
