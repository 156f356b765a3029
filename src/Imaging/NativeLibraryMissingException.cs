using System.Runtime.InteropServices;
using Pipeline.Hosting;

namespace Pipeline.Imaging;

/// <summary>A native library is not installed; the message names the package that has it.</summary>
public sealed class NativeLibraryMissingException(string message) : StartFaultException(StartExit.Misconfigured, message)
{
    /// <summary>Throws unless the library can be loaded, so that nobody meets a DllNotFoundException that names no package.</summary>
    internal static void ThrowUnlessLoads(string library, string debianPackage)
    {
        // The handle is kept: the library stays for the life of the process.
        if (!NativeLibrary.TryLoad(library, out _))
        {
            throw new NativeLibraryMissingException(
                $"{library} was not found. Install the Debian or Ubuntu package {debianPackage}: apt-get install {debianPackage}");
        }
    }
}
