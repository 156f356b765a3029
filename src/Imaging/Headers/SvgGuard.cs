using System.Xml;

namespace Pipeline.Imaging.Headers;

/// <summary>
/// Reads an SVG before its renderer does. Refuses references that lead out of the file: to other files, to the network, and to images in
/// data URIs, which a dozen more decoders would parse. The renderer itself refuses most of them; this is a second check.
/// </summary>
internal static unsafe class SvgGuard
{
    private const int MaxElements = 200_000;
    private const int MaxDepth = 256;

    /// <summary>In all of these encodings an ASCII character is the same byte, so two parsers cannot read the file differently.</summary>
    private static readonly string[] Encodings = ["utf-8", "us-ascii", "iso-8859-1"];

    private static readonly XmlReaderSettings Settings = new()
    {
        // Parse a document type only to detect it: one with declarations of its own is refused at once.
        DtdProcessing = DtdProcessing.Parse,
        XmlResolver = null,
        MaxCharactersFromEntities = 1024,
    };

    /// <summary>Returns the forbidden content as the end of a sentence; null if there is none.</summary>
    /// <exception cref="XmlException">The file is not well-formed XML.</exception>
    public static string? Find(ReadOnlySpan<byte> svg)
    {
        fixed (byte* bytes = svg)
        {
            using var stream = new UnmanagedMemoryStream(bytes, svg.Length);
            using var reader = XmlReader.Create(stream, Settings);
            return Find(reader);
        }
    }

    private static string? Find(XmlReader reader)
    {
        var elements = 0;
        var styles = new SvgStyles();
        while (reader.Read())
        {
            var found = reader.NodeType switch
            {
                XmlNodeType.XmlDeclaration => OfDeclaration(reader.GetAttribute("encoding")),
                XmlNodeType.DocumentType when reader.Value.Length > 0 => "declarations in its document type",
                XmlNodeType.ProcessingInstruction => "a processing instruction",
                XmlNodeType.Element when ++elements > MaxElements || reader.Depth > MaxDepth => "more elements than the limit",
                XmlNodeType.Element => SvgReferences.Find(reader),
                _ => null,
            };
            if ((found ?? styles.Read(reader)) is { } forbidden)
            {
                return forbidden;
            }
        }

        return styles.ReadEnd();
    }

    private static string? OfDeclaration(string? encoding) =>
        encoding is null || Encodings.Contains(encoding, StringComparer.OrdinalIgnoreCase) ? null : $"text in the encoding {encoding}";
}
