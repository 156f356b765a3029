using System.Text;

namespace Pipeline.TestKit;

/// <summary>The harmless test file that every scanner reports as infected.</summary>
public static class EicarFile
{
    /// <summary>Assembled here so that scanners do not flag this source or its DLL.</summary>
    public static byte[] Bytes { get; } = Encoding.ASCII.GetBytes(string.Concat(@"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-", "TEST-FILE!$H+H*"));
}
