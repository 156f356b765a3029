using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Vips;

internal static partial class LibC
{
    /// <summary>.NET's own environment is a copy that native libraries do not see.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironment(string name, string value, int overwrite);

    /// <summary>Gives freed memory back to the system, of which glibc would keep the most.</summary>
    /// <param name="keep">Bytes to keep at the end of the heap.</param>
    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    public static partial int GiveBackMemory(nuint keep);
}
