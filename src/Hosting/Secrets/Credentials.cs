namespace Pipeline.Hosting.Secrets;

/// <summary>Finds and hides user and password in addresses; any configured address may contain them by mistake.</summary>
public static class Credentials
{
    private const string Mark = "***";

    /// <summary>
    /// Returns the text in a form that messages may show. Everything between <c>://</c> and the last <c>@</c> is hidden, since an unescaped
    /// password may contain any character.
    /// </summary>
    public static string Hide(string? text)
    {
        if (text is null || Find(text) is not { } found) return text ?? "";
        return string.Concat(text.AsSpan(0, found.Start.Value), Mark, text.AsSpan(found.End.Value));
    }

    /// <inheritdoc cref="Hide(string?)" />
    public static string Hide(Uri? address) => Hide(address?.OriginalString);

    /// <summary>Whether the parser split an address inside its unescaped password: then an <c>@</c> remains after the host.</summary>
    public static bool AreCut(Uri address) => address.IsAbsoluteUri && (address.PathAndQuery + address.Fragment).Contains('@', StringComparison.Ordinal);

    internal static Range? Find(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.LastIndexOf('@');
        return start >= 3 && end > start ? start..end : null;
    }
}
