using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// Reads the cursors of pages: only as a response has shown them. The framework's own parsers also take leading zeros, capitals and bytes 0 at the end.
/// </summary>
internal static class PageCursor
{
    public static bool TryRead(string? text, out Guid id) => Guid.TryParseExact(text, "N", out id) && id.ToString("N") == text;

    public static bool TryRead([NotNullWhen(true)] string? text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number.ToString(CultureInfo.InvariantCulture) == text;
}
