namespace Pipeline.Hosting.Secrets;

/// <summary>User and password inside an address, which any address may hold by mistake.</summary>
public static class Credentials
{
    private const string Mark = "***";

    /// <summary>
    /// The text as messages may show it. What stands between <c>://</c> and the last <c>@</c> goes, since an unescaped password may hold
    /// any character.
    /// </summary>
    public static string Hide(string? text)
    {
        if (text is null || Find(text) is not { } found) return text ?? "";
        return string.Concat(text.AsSpan(0, found.Start.Value), Mark, text.AsSpan(found.End.Value));
    }

    /// <inheritdoc cref="Hide(string?)" />
    public static string Hide(Uri? address) => Hide(address?.OriginalString);

    /// <summary>Whether an address whose password was not percent-encoded was cut in the middle of it: then an <c>@</c> is left behind the host.</summary>
    public static bool AreCut(Uri address) => address.IsAbsoluteUri && (address.PathAndQuery + address.Fragment).Contains('@', StringComparison.Ordinal);

    internal static Range? Find(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.LastIndexOf('@');
        return start >= 3 && end > start ? start..end : null;
    }
}
