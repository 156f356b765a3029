namespace Pipeline.Processor.Scanning;

/// <summary>
/// The harmless test file that every scanner must find. Each byte is stored one too high: in plain text, or in constants that a compiler
/// can fold, a scanner would quarantine this source or its DLL.
/// </summary>
internal static class Eicar
{
    public static ReadOnlyMemory<byte> Bytes { get; } = Lowered(
        "Y6P\"Q&ABQ\\5]Q[Y65)Q_*8DD*8~%FJDBS.TUBOEBSE.BOUJWJSVT.UFTU.GJMF\"%I,I+"u8);

    private static byte[] Lowered(ReadOnlySpan<byte> raised)
    {
        var bytes = raised.ToArray();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i]--;
        return bytes;
    }
}
