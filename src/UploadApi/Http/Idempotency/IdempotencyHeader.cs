using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Pipeline.Assets.Idempotency;

namespace Pipeline.UploadApi.Http.Idempotency;

/// <summary>
/// Reads <c>Idempotency-Key</c>: a string of structured fields (RFC 8941, 3.3.3) as draft-ietf-httpapi-idempotency-key-header-07 writes it, or
/// the same key without quotes, as most clients send it.
/// </summary>
internal static class IdempotencyHeader
{
    public const string Name = "Idempotency-Key";

    /// <summary>In the response to a repeat.</summary>
    public const string Replayed = "Idempotency-Replayed";

    private const string Punctuation = "!#$%&'*+-.^_`|~:/=@";

    /// <param name="headers">The headers of the request.</param>
    /// <param name="key">The key without quotes; null if there is none.</param>
    /// <param name="error">The reason why the header is invalid; null if it is valid or missing.</param>
    /// <returns>True if there is a valid key.</returns>
    public static bool TryRead(IHeaderDictionary headers, [NotNullWhen(true)] out string? key, out string? error)
    {
        (key, error) = (null, null);
        if (!headers.TryGetValue(Name, out var values)) return false;
        error = Error(values, out key);
        return error is null;
    }

    private static string? Error(StringValues values, out string? key)
    {
        key = null;
        if (values.Count != 1) return "must occur only once";
        var text = (values[0] ?? "").Trim(' ', '\t');
        if (text.Length == 0) return "is empty: send a new UUID for each new request, or leave the header out";
        key = text[0] == '"' ? Unquoted(text) : text.All(c => char.IsAsciiLetterOrDigit(c) || Punctuation.Contains(c, StringComparison.Ordinal)) ? text : null;
        return key switch
        {
            null => "must be a string in double quotes, of printable ASCII characters with \\\" and \\\\ for quote and backslash, such as \"8e03978e-40d5-43e8-bc93-6894a57f9324\"",
            "" => "is empty: send a new UUID for each new request, or leave the header out",
            { Length: > IdempotencyKey.MaxLength } => $"must have at most {IdempotencyKey.MaxLength} characters",
            _ => null,
        };
    }

    /// <returns>Null if the text is not one string.</returns>
    private static string? Unquoted(string text)
    {
        var content = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    return i == text.Length - 1 ? content.ToString() : null;
                case '\\':
                    if (++i == text.Length || text[i] is not ('"' or '\\')) return null;
                    content.Append(text[i]);
                    break;
                case >= ' ' and <= '~':
                    content.Append(text[i]);
                    break;
                default:
                    return null;
            }
        }

        return null;
    }
}
