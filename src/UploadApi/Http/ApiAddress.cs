using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Pipeline.Hosting.Secrets;

namespace Pipeline.UploadApi.Http;

/// <summary>The public addresses of the API and the front ends. Section <c>Api</c>.</summary>
public sealed class ApiOptions : IValidatableObject
{
    public const string Section = "Api";

    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    /// <summary>
    /// The API's own address as clients see it, such as <c>https://uploads.example.com</c>. Never derived from a request's Host header.
    /// </summary>
    [Required]
    public Uri? PublicUrl { get; set; }

    /// <summary>
    /// The addresses of the front ends, for CORS, separated by commas; also as <c>FRONTEND_URL</c>. Default none: no page of another origin
    /// may call.
    /// </summary>
    public string? FrontendUrl { get; set; }

    /// <summary>The origins of <see cref="FrontendUrl"/>, as browsers send them.</summary>
    internal IReadOnlyList<string> FrontendOrigins => [.. Frontends.Select(OriginOf).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];

    private string[] Frontends => (FrontendUrl ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is not null && !IsWeb(PublicUrl))
            yield return new ValidationResult($"`{Section}:PublicUrl` must be an absolute http or https URL, was '{Credentials.Hide(PublicUrl)}'");
        if (Frontends.Any(text => OriginOf(text) is null))
            yield return new ValidationResult(
                $"`FRONTEND_URL` (`{Section}:FrontendUrl`) must be an absolute http or https URL, or several separated by commas, such as https://app.example.com,https://admin.example.com; was '{Credentials.Hide(FrontendUrl)}'");
    }

    // Browsers send host names in ASCII, and neither paths nor passwords.
    private static string? OriginOf(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !IsWeb(url)) return null;
        try
        {
            return $"{url.Scheme}://{(url.HostNameType == UriHostNameType.Dns ? url.IdnHost : url.Host)}{(url.IsDefaultPort ? "" : $":{url.Port}")}";
        }
        catch (UriFormatException)
        {
            return null; // a name that cannot be written in ASCII
        }
    }

    private static bool IsWeb(Uri url) => url is { IsAbsoluteUri: true, Scheme: "http" or "https" };
}

/// <summary>Builds absolute URLs of the API.</summary>
internal sealed class ApiAddress(IOptions<ApiOptions> options)
{
    public string ImageUrl(Guid id) => Url($"/api/assets/{id}/image");

    /// <param name="path">Begins with a slash.</param>
    public string Url(string path) => $"{options.Value.PublicUrl!.AbsoluteUri.TrimEnd('/')}{path}";
}
