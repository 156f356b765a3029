using System.Buffers.Binary;
using System.Text;

namespace Pipeline.TestKit.Images;

/// <summary>
/// An HEIC or AVIF whose image is composed of others, built from a still one of an encoder. By default it is a valid grid of two by two,
/// each tile with its own bytes.
/// </summary>
/// <param name="Still">Its <c>mdat</c> must hold only the pixels, no Exif for example.</param>
/// <param name="Brand"><c>avif</c> or <c>heic</c>.</param>
/// <param name="Tile">The size of <paramref name="Still"/>.</param>
public sealed record HeifGrid(byte[] Still, string Brand, (int Width, int Height) Tile)
{
    private const int Shown = 1;
    private const int FirstTile = 2;

    /// <summary>How the image is composed: <c>grid</c>, <c>iovl</c> for an overlay, or <c>iden</c> for one other image.</summary>
    public string Kind { get; init; } = "grid";

    public int Rows { get; init; } = 2;

    public int Columns { get; init; } = 2;

    /// <summary>Number of referenced parts; null for one per position.</summary>
    public int? Named { get; init; }

    /// <summary>All positions show the same item.</summary>
    public bool OneTileForAll { get; init; }

    /// <summary>The image references itself as its parts.</summary>
    public bool Recursive { get; init; }

    /// <summary>Declared size of the whole image; null for the size of its tiles together.</summary>
    public (int Width, int Height)? Claimed { get; init; }

    /// <summary>Size in the description of the grid.</summary>
    public (int Width, int Height)? Output { get; init; }

    /// <summary>Declared size of a tile.</summary>
    public (int Width, int Height)? ClaimedTile { get; init; }

    /// <summary>How often an item of metadata references the whole file as one of its extents; 0 for none.</summary>
    public int PiecesOfMetadata { get; init; }

    /// <summary>Compression of the item of metadata, such as <c>deflate</c>; null for none.</summary>
    public string? Packing { get; init; }

    public byte[] Build()
    {
        var before = Meta(0);
        var head = Box("ftyp", [.. Text(Brand), 0, 0, 0, 0, .. "mif1"u8, .. Text(Brand)]);
        var meta = Meta(head.Length + before.Length + 8);
        return [.. head, .. meta, .. Box("mdat", [.. Description(), .. Enumerable.Repeat(Pixels.ToArray(), Tiles).SelectMany(tile => tile)])];
    }

    private ReadOnlySpan<byte> Pixels => Find("mdat");

    private int Tiles => OneTileForAll ? 1 : Named ?? Rows * Columns;

    private int Metadata => FirstTile + Tiles;

    private bool HasMetadata => PiecesOfMetadata > 0 || Packing is not null;

    private (int Width, int Height) Whole => (Tile.Width * Columns, Tile.Height * Rows);

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Box(string name, byte[] data) => [.. Long(data.Length + 8), .. Text(name), .. data];

    private static byte[] Full(string name, byte version, byte[] data) => Box(name, [version, 0, 0, 0, .. data]);

    private static byte[] Word(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Long(long value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value);
        return bytes;
    }

    /// <summary>The data of the first box with a name, at any depth.</summary>
    private ReadOnlySpan<byte> Find(string name)
    {
        var at = Still.AsSpan().IndexOf(Text(name));
        return Still.AsSpan(at + 4, (int)BinaryPrimitives.ReadUInt32BigEndian(Still.AsSpan(at - 4)) - 8);
    }

    private byte[] Description()
    {
        var (width, height) = Output ?? Whole;
        return Kind switch
        {
            "grid" => [0, 1, (byte)(Rows - 1), (byte)(Columns - 1), .. Long(width), .. Long(height)],
            "iovl" => [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, .. Long(width), .. Long(height), .. Enumerable.Repeat(new byte[8], Named ?? Rows * Columns).SelectMany(offset => offset)],
            _ => [],
        };
    }

    private byte[] Meta(int data) => Full("meta", 0,
    [
        .. Full("hdlr", 0, [0, 0, 0, 0, .. "pict"u8, .. new byte[13]]), .. Full("pitm", 0, Word(Shown)), .. Locations(data), .. Infos(), .. References(), .. Properties(),
    ]);

    private byte[] Infos()
    {
        var coded = Brand == "avif" ? "av01" : "hvc1";
        var items = Enumerable.Range(FirstTile, Tiles).Select(id => Info(id, coded)).Prepend(Info(Shown, Kind)).ToList();
        if (HasMetadata) items.Add(Full("infe", 2, [.. Word(Metadata), 0, 0, .. "mime"u8, 0, .. "application/rdf+xml\0"u8, .. Text(Packing ?? string.Empty), 0]));
        return Full("iinf", 0, [.. Word(items.Count), .. items.SelectMany(item => item)]);
    }

    private static byte[] Info(int id, string type) => Full("infe", 2, [.. Word(id), 0, 0, .. Text(type), 0]);

    private byte[] Locations(int data)
    {
        byte[] One(int id, IEnumerable<(int Start, int Length)> pieces) =>
            [.. Word(id), 0, 0, .. Word(pieces.Count()), .. pieces.SelectMany(piece => (byte[])[.. Long(piece.Start), .. Long(piece.Length)])];
        var (first, length) = (data + Description().Length, Pixels.Length);
        var items = Enumerable.Range(0, Tiles).Select(i => One(FirstTile + i, [(first + (i * length), length)])).Prepend(One(Shown, [(data, Description().Length)])).ToList();
        if (HasMetadata) items.Add(One(Metadata, Enumerable.Repeat((first, length), Math.Max(1, PiecesOfMetadata))));
        return Full("iloc", 0, [0x44, 0, .. Word(items.Count), .. items.SelectMany(item => item)]);
    }

    private byte[] References()
    {
        var count = Named ?? Rows * Columns;
        var parts = Enumerable.Range(0, count).SelectMany(i => Word(Recursive ? Shown : OneTileForAll ? FirstTile : FirstTile + i));
        byte[] metadata = HasMetadata ? Box("cdsc", [.. Word(Metadata), .. Word(1), .. Word(Shown)]) : [];
        return Full("iref", 0, [.. Box("dimg", [.. Word(Shown), .. Word(count), .. parts]), .. metadata]);
    }

    private byte[] Properties()
    {
        var codec = Brand == "avif" ? "av1C" : "hvcC";
        var (whole, tile) = (Claimed ?? Whole, ClaimedTile ?? Tile);
        byte[] Size((int Width, int Height) size) => Full("ispe", 0, [.. Long(size.Width), .. Long(size.Height)]);
        byte[] list = Box("ipco", [.. Size(whole), .. Size(tile), .. Box(codec, Find(codec).ToArray())]);
        var tiles = Enumerable.Range(FirstTile, Tiles).SelectMany(id => (byte[])[.. Word(id), 2, 0x82, 0x83]);
        return Box("iprp", [.. list, .. Full("ipma", 0, [.. Long(Tiles + 1), .. Word(Shown), 1, 0x81, .. tiles])]);
    }
}
