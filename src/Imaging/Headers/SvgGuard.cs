using System.Text;
using System.Xml;

namespace Pipeline.Imaging.Headers;

/// <summary>
/// Reads an SVG before its renderer does, and refuses what would lead the renderer out of the file: to other files, to the network, and to
/// images inside data URIs, which a dozen more decoders would parse. The renderer refuses most of it itself; this is the second lock.
/// </summary>
internal static unsafe class SvgGuard
{
    private const int MaxElements = 200_000;
    private const int MaxDepth = 256;

    /// <summary>In all of these a character of ASCII is the same byte, so that no two parsers can read two different files.</summary>
    private static readonly string[] Encodings = ["utf-8", "us-ascii", "iso-8859-1"];

    private static readonly XmlReaderSettings Settings = new()
    {
        // Only so that a document type is seen; one with content of its own is refused as soon as it is.
        DtdProcessing = DtdProcessing.Parse,
        XmlResolver = null,
        MaxCharactersFromEntities = 1024,
    };

    /// <summary>What the file must not hold, in words that end a sentence; null if it holds nothing of the kind.</summary>
    /// <exception cref="XmlException">It is not well-formed.</exception>
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
        var style = new StringBuilder();
        while (reader.Read())
        {
            var found = reader.NodeType switch
            {
                XmlNodeType.XmlDeclaration => OfDeclaration(reader.GetAttribute("encoding")),
                XmlNodeType.DocumentType when reader.Value.Length > 0 => "declarations in its document type",
                XmlNodeType.ProcessingInstruction => "a processing instruction",
                XmlNodeType.Element when ++elements > MaxElements || reader.Depth > MaxDepth => "more elements than any drawing needs",
                XmlNodeType.Element => SvgReferences.Find(reader),
                _ => null,
            };
            if (found is not null)
            {
                return found;
            }

            // The renderer puts the pieces of all style elements together, whatever stands between them.
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
            {
                style.Append(reader.Value);
            }
            else if (reader.NodeType == XmlNodeType.EndElement)
            {
                found = string.Equals(reader.LocalName, "style", StringComparison.OrdinalIgnoreCase)
                    ? SvgReferences.FindInStyle(style.ToString())
                    : null;
                style.Clear();
                if (found is not null)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private static string? OfDeclaration(string? encoding) =>
        encoding is null || Encodings.Contains(encoding, StringComparer.OrdinalIgnoreCase) ? null : $"text in the encoding {encoding}";
}
