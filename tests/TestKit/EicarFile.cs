using System.Text;

namespace Pipeline.TestKit;

/// <summary>The harmless file that every scanner calls infected.</summary>
public static class EicarFile
{
    /// <summary>Put together here so that no scanner objects to this source or its DLL.</summary>
    public static byte[] Bytes { get; } = Encoding.ASCII.GetBytes(string.Concat(@"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-", "TEST-FILE!$H+H*"));
}
