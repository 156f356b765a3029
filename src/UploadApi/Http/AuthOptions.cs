using System.ComponentModel.DataAnnotations;
using System.Text;
using Pipeline.Hosting.Secrets;

namespace Pipeline.UploadApi.Http;

/// <summary>
/// Which tokens the API accepts. Section <c>Auth</c>; <c>JWT_SECRET</c> fills <see cref="Secret"/>. Exactly one of secret and authority is
/// needed.
/// </summary>
public sealed class AuthOptions : IValidatableObject
{
    public const string Section = "Auth";

    /// <summary>HS256 needs a key as long as its hash (RFC 7518, 3.2).</summary>
    public const int MinSecretBytes = 32;

    /// <summary>The shared secret of HS256 tokens, at least 32 bytes.</summary>
    [Secret]
    public string? Secret { get; set; }

    /// <summary>
    /// The secret before a rotation, also as <c>JWT_SECRET_PREVIOUS</c>: tokens that were signed with it are still accepted. Default none.
    /// </summary>
    [Secret]
    public string? PreviousSecret { get; set; }

    /// <summary>An OpenID Connect issuer whose published keys sign the tokens (RS256, ES256); https.</summary>
    public Uri? Authority { get; set; }

    /// <summary>The audience that a token must name; needed with an authority, optional with a secret.</summary>
    public string? Audience { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Secret is null == Authority is null)
            yield return new ValidationResult("set either 'JWT_SECRET' ('Auth:Secret') or 'Auth:Authority', exactly one of them");
        if (Secret is not null && Encoding.UTF8.GetByteCount(Secret) < MinSecretBytes)
            yield return new ValidationResult($"'JWT_SECRET' ('Auth:Secret') must be at least {MinSecretBytes} bytes long");
        if (PreviousSecret is not null && Secret is null)
            yield return new ValidationResult("'JWT_SECRET_PREVIOUS' ('Auth:PreviousSecret') is for changing 'JWT_SECRET': set that one as well, or remove both");
        if (PreviousSecret is not null && Encoding.UTF8.GetByteCount(PreviousSecret) < MinSecretBytes)
            yield return new ValidationResult($"'JWT_SECRET_PREVIOUS' ('Auth:PreviousSecret') must be at least {MinSecretBytes} bytes long");
        if (Authority is not null && Audience is null)
            yield return new ValidationResult("'Auth:Audience' is needed with 'Auth:Authority'; without it, tokens for other services would be accepted");
        if (Authority is not null && (!Authority.IsAbsoluteUri || (Authority.Scheme != Uri.UriSchemeHttps && !Authority.IsLoopback)))
            yield return new ValidationResult("'Auth:Authority' must be an https address");
    }
}
