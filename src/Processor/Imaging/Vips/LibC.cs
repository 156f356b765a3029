using System.Runtime.InteropServices;

namespace Pipeline.Processor.Imaging.Vips;

internal static partial class LibC
{
    /// <summary>.NET's own environment is a copy that native libraries do not see.</summary>
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetEnvironment(string name, string value, int overwrite);
}
