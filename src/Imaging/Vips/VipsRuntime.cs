using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Vips;

/// <summary>Loads libvips once for the process and blocks all of its loaders except the few that are used.</summary>
internal static unsafe class VipsRuntime
{
    private const int GLibWarning = 1 << 4;
    private const string NoModules = "/nonexistent";

    /// <summary>The allowed loaders. All others are blocked, because a list of dangerous ones would never be complete.</summary>
    private static readonly string[] OpenLoaders = ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"];

    private static readonly Lazy<string> Started = new(Load);

    /// <summary>Loads libvips on the first call.</summary>
    /// <returns>Its version, such as <c>8.14.1</c>.</returns>
    /// <exception cref="NativeLibraryMissingException">libvips is not installed, or too old.</exception>
    public static string Start() => Started.Value;

    /// <summary>Frees the resources that libvips keeps for the calling thread; the thread may still use libvips later.</summary>
    public static void EndThread() => VipsNative.ShutdownThread();

    /// <summary>Number of memory blocks that libvips holds now, for tests.</summary>
    public static int Allocations() => VipsNative.TrackedAllocations();

    /// <summary>Bytes that libvips holds now, for tests.</summary>
    public static long Memory() => (long)VipsNative.TrackedMemory();

    /// <summary>Makes an exception from the error buffer of libvips, and empties the buffer.</summary>
    public static VipsException Error(string operation)
    {
        var text = VipsNative.TakeErrors();
        var words = Marshal.PtrToStringUTF8(text) ?? string.Empty;
        GLibNative.Free(text);
        return new VipsException(operation, words.Trim());
    }

    private static string Load()
    {
        NativeLibraries.ThrowUnlessVips();

        // libvips loads all of its modules (ImageMagick, poppler, OpenSlide, …) into the process-wide symbol scope, used or not. We never need
        // these parsers, and one of their dependencies is a second SQLite that crashes ours. A VIPSHOME without modules prevents the loading.
        if (!OperatingSystem.IsWindows())
        {
            _ = LibC.SetEnvironment("VIPSHOME", NoModules, overwrite: 1);
        }

        if (VipsNative.Init("pipeline") != 0)
        {
            throw new InvalidOperationException("libvips cannot be initialised.", Error("init"));
        }

        var version = new Version(VipsNative.Version(0), VipsNative.Version(1), VipsNative.Version(2));
        if (version < new Version(8, 14))
        {
            throw new NativeLibraryMissingException($"libvips 8.14 or later is needed (Debian package libvips42), this is {version}.");
        }

        // Silence warnings: for broken metadata libvips writes one line per tag to stderr, with text from the file.
        _ = GLibNative.SetLogHandler("VIPS", GLibWarning, &Ignore, null);

        VipsNative.SetBlocked("VipsForeignLoad", blocked: true);
        foreach (var loader in OpenLoaders)
        {
            VipsNative.SetBlocked(loader, blocked: false);
        }

        // No cache: it would hold images that refer to memory that we have freed.
        VipsNative.SetCacheMax(0);

        // One thread per image: one image on each core is faster than one image on all cores, and libvips' threads only add overhead.
        VipsNative.SetConcurrency(1);
        return version.ToString();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(byte* domain, int level, byte* message, void* data)
    {
    }
}
