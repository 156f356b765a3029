using Pipeline.Imaging.Headers;

namespace Pipeline.Imaging.MetadataStripping;

/// <summary>
/// The optional chunks that define the colours of an image: of each kind the first one that is intact and in its place. Decoders, the clean
/// original and our own reading of the colours follow the same chunks.
/// </summary>
internal readonly ref struct PngColours
{
    private const int MaxColours = 256;

    /// <summary>PNG knows the rendering intents 0 to 3.</summary>
    private const byte LastIntent = 3;

    /// <summary>Each has limits for its length, to keep other data out.</summary>
    private static readonly (byte[] Name, int Shortest, int Longest)[] Kinds =
    [
        ("tRNS"u8.ToArray(), 1, MaxColours),
        ("gAMA"u8.ToArray(), 4, 4),
        ("cHRM"u8.ToArray(), 32, 32),
        ("sRGB"u8.ToArray(), 1, 1),
        ("iCCP"u8.ToArray(), 4, IccProfiles.MaxLength),
        ("sBIT"u8.ToArray(), 1, 4),
        ("cICP"u8.ToArray(), 4, 4),
        ("mDCV"u8.ToArray(), 24, 24),
        ("cLLI"u8.ToArray(), 8, 8),
    ];

    private readonly ReadOnlySpan<byte> _png;

    /// <summary>The range of the data of each kind; empty if there is none.</summary>
    private readonly Range[] _found = new Range[Kinds.Length];

    /// <summary>Colours in the palette by which the pixels are shown; 0 without one.</summary>
    private readonly int _palette;

    /// <param name="png">Starts with the signature of a PNG; the rest can be anything.</param>
    public PngColours(ReadOnlySpan<byte> png)
    {
        _png = png;
        var colourType = PngHeader.Read(png).ColourType;
        var palette = 0;
        var reader = new PngReader(png);
        while (reader.Next() && !reader.Is("IDAT"u8) && !reader.Is("IEND"u8))
        {
            if (reader.Is("PLTE"u8))
            {
                palette = reader.Data.Length / 3;
            }

            var kind = Kind(reader);
            if (kind >= 0 && _found[kind].End.Value == 0 && IsInPlace(reader, colourType, palette) && reader.IsIntact)
            {
                _found[kind] = reader.DataRange;
            }
        }

        _palette = colourType == 3 ? palette : 0;
        HasProfile = IccProfiles.IsReadable(PngProfile.Read(Find("iCCP"u8)));
    }

    /// <summary>True if there is a profile that browsers can read, whether it fits the pixels or not.</summary>
    public bool HasProfile { get; }

    /// <summary>Returns the data of the chunk; empty if there is none.</summary>
    /// <param name="name">One of the names in the list.</param>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> name) => _png[_found[Kind(name)]];

    /// <summary>
    /// Adds the chunks that count to a file, except transparency. They belong between header and palette, where every decoder follows them.
    /// Repacks a profile, and leaves out a damaged one.
    /// </summary>
    public void KeepColours(SegmentList png)
    {
        foreach (var data in _found.Where(range => range.End.Value > 0).OrderBy(range => range.Start.Value))
        {
            var (start, length) = (data.Start.Value - 8, data.End.Value - data.Start.Value + 12);
            var name = _png.Slice(start + 4, 4);
            if (name.SequenceEqual("iCCP"u8))
            {
                png.Add(PngProfile.Rewrite(_png[data]) ?? []);
            }
            else if (!name.SequenceEqual("tRNS"u8) && !(HasProfile && name.SequenceEqual("sRGB"u8)))
            {
                // libpng prefers sRGB to a profile that follows it; browsers prefer the profile.
                png.Keep(start, length);
            }
        }
    }

    /// <summary>Adds the chunk to a file if it is the transparency that counts, without values beyond the palette.</summary>
    public void KeepTransparency(PngReader chunk, SegmentList png)
    {
        if (!chunk.Is("tRNS"u8) || !_found[Kind("tRNS"u8)].Equals(chunk.DataRange))
        {
            return;
        }

        if (_palette > 0 && _palette < chunk.Data.Length)
        {
            png.Add(PngChunk.Make("tRNS"u8, chunk.Data[.._palette]));
        }
        else
        {
            png.Keep(chunk.Start, chunk.End - chunk.Start);
        }
    }

    /// <summary>
    /// True if browsers use the chunk at this place. Elsewhere they ignore it, and the warning of libpng looks like damage.
    /// </summary>
    /// <param name="chunk">A chunk of a known kind.</param>
    /// <param name="colourType">From the header.</param>
    /// <param name="palette">Colours in the palette so far; 0 before it.</param>
    private static bool IsInPlace(PngReader chunk, byte colourType, int palette) => chunk switch
    {
        _ when chunk.Is("tRNS"u8) => (colourType, chunk.Data.Length) is (0, 2) or (2, 6) || (colourType == 3 && palette > 0),
        _ when chunk.Is("iCCP"u8) || chunk.Is("gAMA"u8) || chunk.Is("cHRM"u8) => true,
        _ when chunk.Is("sRGB"u8) => chunk.Data[0] <= LastIntent,
        _ => palette == 0,
    };

    /// <summary>Returns the index of the kind; -1 if it is not listed or has an invalid length.</summary>
    private static int Kind(PngReader chunk)
    {
        var kind = Kind(chunk.Name);
        return kind >= 0 && chunk.Data.Length >= Kinds[kind].Shortest && chunk.Data.Length <= Kinds[kind].Longest ? kind : -1;
    }

    private static int Kind(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Kinds.Length; i++)
        {
            if (name.SequenceEqual(Kinds[i].Name))
            {
                return i;
            }
        }

        return -1;
    }
}
