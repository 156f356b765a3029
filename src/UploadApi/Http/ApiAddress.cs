using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Pipeline.Hosting.Secrets;

namespace Pipeline.UploadApi.Http;

/// <summary>Where browsers find the API and the front end. Section <c>Api</c>.</summary>
public sealed class ApiOptions : IValidatableObject
{
    public const string Section = "Api";

    /// <summary>The API's own address as clients see it, such as <c>https://uploads.example.com</c>. Never taken from a request's Host header.</summary>
    [Required]
    public Uri? PublicUrl { get; set; }

    /// <summary>The origin of the front end, for CORS; also as <c>FRONTEND_URL</c>. Without it no other origin is allowed.</summary>
    public Uri? FrontendUrl { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is not null && !IsWeb(PublicUrl))
            yield return new ValidationResult($"`{Section}:PublicUrl` must be a whole http or https address, was '{Credentials.Hide(PublicUrl)}'");
        if (FrontendUrl is not null && !IsWeb(FrontendUrl))
            yield return new ValidationResult($"`FRONTEND_URL` (`{Section}:FrontendUrl`) must be a whole http or https address, was '{Credentials.Hide(FrontendUrl)}'");
    }

    private static bool IsWeb(Uri url) => url is { IsAbsoluteUri: true, Scheme: "http" or "https" };
}

/// <summary>Makes absolute URLs of the API.</summary>
internal sealed class ApiAddress(IOptions<ApiOptions> options)
{
    public string ImageUrl(Guid id) => $"{options.Value.PublicUrl!.AbsoluteUri.TrimEnd('/')}/api/assets/{id}/image";
}
