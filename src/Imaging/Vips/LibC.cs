using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Vips;

internal static partial class LibC
{
    /// <summary>Sets a variable for native libraries, which do not see changes to .NET's copy of the environment.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>Returns freed memory to the system; glibc would keep most of it.</summary>
    /// <param name="keep">Bytes to keep at the end of the heap.</param>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    public static partial int GiveBackMemory(nuint keep);
}
