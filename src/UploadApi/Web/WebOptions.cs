using System.ComponentModel.DataAnnotations;

namespace Pipeline.UploadApi.Web;

/// <summary>The pages for people: uploader, gallery, asset and the dashboard of operators. Section <c>Web</c>.</summary>
public sealed class WebOptions : IValidatableObject
{
    public const string Section = "Web";

    /// <summary>Serve the pages at <c>/</c>. Default false. The embedded server serves them always.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// The client at <c>Auth:Authority</c> that signs people in, by the code flow with PKCE; it has no secret. Its redirect address is <c>/signed-in</c> below
    /// <c>Api:PublicUrl</c>. Default none: people paste a token.
    /// </summary>
    public string? ClientId { get; set; }

    /// <summary>The scopes that the sign-in requests, separated by spaces. Default <c>openid</c>.</summary>
    public string Scope { get; set; } = "openid";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ClientId is { Length: 0 or > 200 }) yield return new ValidationResult($"`{Section}:{nameof(ClientId)}` must have 1 to 200 characters");
        if (!Scope.Split(' ').Contains("openid")) yield return new ValidationResult($"`{Section}:{nameof(Scope)}` must contain openid");
    }
}
