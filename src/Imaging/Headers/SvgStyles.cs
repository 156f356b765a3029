using System.Text;
using System.Xml;

namespace Pipeline.Imaging.Headers;

/// <summary>
/// Collects the text of the style elements of an SVG and checks it as each renderer may join it: the direct text of an element without its
/// comments and child elements, the text with that of the child elements, and the text of all style elements as one.
/// </summary>
internal sealed class SvgStyles
{
    private readonly StringBuilder _all = new();
    private readonly StringBuilder _content = new();
    private int _own;
    private int _depth = -1;

    private bool IsOpen => _depth >= 0;

    /// <summary>Returns the forbidden content as the end of a sentence; null if there is none.</summary>
    /// <param name="reader">On a node that was not passed before.</param>
    public string? Read(XmlReader reader)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Element when IsStyle(reader) && IsOpen:
                return "a style element inside another";
            case XmlNodeType.Element when IsStyle(reader) && !reader.IsEmptyElement:
                (_depth, _own) = (reader.Depth, _all.Length);
                _ = _content.Clear();
                return null;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace when IsOpen:
                _ = _content.Append(reader.Value);
                if (reader.Depth == _depth + 1)
                {
                    _ = _all.Append(reader.Value);
                }

                return null;
            case XmlNodeType.EndElement when IsOpen && reader.Depth == _depth:
                _depth = -1;
                return SvgReferences.FindInStyle(_all.ToString(_own, _all.Length - _own)) ?? SvgReferences.FindInStyle(_content.ToString());
            default:
                return null;
        }
    }

    /// <summary>The same for all style elements as one text, after the last node.</summary>
    public string? ReadEnd() => SvgReferences.FindInStyle(_all.ToString());

    private static bool IsStyle(XmlReader reader) => string.Equals(reader.LocalName, "style", StringComparison.OrdinalIgnoreCase);
}
