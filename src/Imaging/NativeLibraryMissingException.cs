using System.Runtime.InteropServices;
using Pipeline.Hosting;

namespace Pipeline.Imaging;

/// <summary>A native library is not installed; the message names the package to install.</summary>
public sealed class NativeLibraryMissingException(string message) : StartFaultException(StartExit.Misconfigured, message)
{
    /// <summary>Throws unless the library loads: a DllNotFoundException later on would not name the package to install.</summary>
    internal static void ThrowUnlessLoads(string library, string debianPackage)
    {
        // The handle is never freed: the library stays loaded for the life of the process.
        if (!NativeLibrary.TryLoad(library, out _))
        {
            throw new NativeLibraryMissingException(
                $"{library} was not found. Install the Debian or Ubuntu package {debianPackage}: apt-get install {debianPackage}");
        }
    }
}
