using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Vips;

/// <summary>Loads libvips once for the process and shuts all of its doors but the few that are used.</summary>
internal static unsafe class VipsRuntime
{
    private const int GLibWarning = 1 << 4;
    private const string NoModules = "/nonexistent";

    /// <summary>Everything that parses a file is closed first, because a list of what is dangerous is never complete.</summary>
    private static readonly string[] OpenLoaders = ["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp"];

    private static readonly Lazy<string> Started = new(Load);

    /// <summary>Loads libvips at the first call.</summary>
    /// <returns>Its version, such as <c>8.14.1</c>.</returns>
    /// <exception cref="NativeLibraryMissingException">It is not there, or too old.</exception>
    public static string Start() => Started.Value;

    /// <summary>Gives back what libvips keeps for the calling thread; the thread may use it again.</summary>
    public static void EndThread() => VipsNative.ShutdownThread();

    /// <summary>Blocks of memory that libvips holds at this moment, for tests.</summary>
    public static int Allocations() => VipsNative.TrackedAllocations();

    /// <summary>Bytes that libvips holds at this moment, for tests.</summary>
    public static long Memory() => (long)VipsNative.TrackedMemory();

    /// <summary>What libvips has to say about a failure. Empties its error buffer.</summary>
    public static VipsException Error(string operation)
    {
        var text = VipsNative.TakeErrors();
        var words = Marshal.PtrToStringUTF8(text) ?? string.Empty;
        GLibNative.Free(text);
        return new VipsException(operation, words.Trim());
    }

    private static string Load()
    {
        NativeLibraryMissingException.ThrowUnlessLoads(VipsNative.Library, "libvips42");

        // libvips loads its modules (ImageMagick, poppler, OpenSlide, …) into the process-wide symbol scope, whether they are used or not:
        // parsers that we never want, and among what they pull in is a second SQLite that crashes ours. A home without modules has none.
        _ = LibC.SetEnvironment("VIPSHOME", NoModules, overwrite: 1);
        if (VipsNative.Init("pipeline") != 0)
        {
            throw new InvalidOperationException("libvips does not start.", Error("init"));
        }

        var version = new Version(VipsNative.Version(0), VipsNative.Version(1), VipsNative.Version(2));
        if (version < new Version(8, 14))
        {
            throw new NativeLibraryMissingException($"libvips 8.14 or later is needed (Debian package libvips42), this is {version}.");
        }

        // Broken metadata makes libvips write to stderr, once for each tag, and the words come from the file.
        _ = GLibNative.SetLogHandler("VIPS", GLibWarning, &Ignore, null);

        VipsNative.SetBlocked("VipsForeignLoad", blocked: true);
        foreach (var loader in OpenLoaders)
        {
            VipsNative.SetBlocked(loader, blocked: false);
        }

        // The cache would hold images over memory of ours that is long gone.
        VipsNative.SetCacheMax(0);

        // One image for each core beats one image on all cores; libvips' own threads only add overhead.
        VipsNative.SetConcurrency(1);
        return version.ToString();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(byte* domain, int level, byte* message, void* data)
    {
    }
}
