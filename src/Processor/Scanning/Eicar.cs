namespace Pipeline.Processor.Scanning;

/// <summary>
/// The harmless test file that every scanner must find. It is kept with each byte one too high: in the clear, or in pieces that a compiler
/// can fold, a scanner would take this source or its DLL away from whoever has one.
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
