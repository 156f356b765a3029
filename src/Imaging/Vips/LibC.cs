using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Vips;

internal static partial class LibC
{
    private static readonly Lazy<bool> CanTrim =
        new(() => NativeLibrary.TryLoad("libc.so.6", out var libc) && NativeLibrary.TryGetExport(libc, "malloc_trim", out _));

    /// <summary>Sets a variable for native libraries, which do not see changes to .NET's copy of the environment.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>Returns freed memory to the system. glibc would keep most of it; other libraries do so themselves.</summary>
    public static void GiveBackMemory()
    {
        if (CanTrim.Value)
        {
            _ = Trim(0);
        }
    }

    /// <param name="keep">Bytes to keep at the end of the heap.</param>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint keep);
}
