using System.Globalization;
using System.Xml;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Uppy;

/// <summary>The body of S3's CompleteMultipartUpload, of which only the numbers of the parts are used.</summary>
internal static class PartList
{
    private static readonly XmlReaderSettings Settings = new() { Async = true, DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>Reads the whole body.</summary>
    /// <returns>The largest number of a part; null if the body names none, or is none of S3's.</returns>
    public static async Task<int?> ReadLastAsync(Stream body, CancellationToken cancellationToken)
    {
        // The size of the body is limited by the server, and the reader must not read it synchronously.
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer, cancellationToken);
        buffer.Position = 0;
        try
        {
            using var reader = XmlReader.Create(buffer, Settings);
            int? last = null;
            while (await reader.ReadAsync())
            {
                if (reader is not { NodeType: XmlNodeType.Element, LocalName: "PartNumber" }) continue;
                if (!int.TryParse(await reader.ReadElementContentAsStringAsync(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    || number is < 1 or > IMultipartUploads.MaxParts) return null;
                last = Math.Max(last ?? 0, number);
            }

            return last;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
