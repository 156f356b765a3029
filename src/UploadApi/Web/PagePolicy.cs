using Microsoft.Extensions.Options;
using Pipeline.Storage;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Web;

/// <summary>
/// The Content-Security-Policy of the pages. Scripts come from this server only, so that text in a file's name never runs. Besides this server the pages reach
/// the store, and the issuer of tokens if people sign in there.
/// </summary>
internal sealed class PagePolicy
{
    private static readonly TimeSpan AnyTime = TimeSpan.FromMinutes(1);

    private readonly string _start;

    public PagePolicy(StorageAreas areas, IOptions<AuthOptions> auth, IOptions<WebOptions> web)
    {
        // The signers alone know how a store's URLs look, such as with the bucket in the host name.
        var uploads = Origin(areas.Signer.SignGet(ObjectKey.Parse(ObjectKey.IncomingArea + "x/1-0.jpg"), AnyTime));
        var downloads = new[] { ObjectKey.OriginalsArea, ObjectKey.PrivateArea }
            .Select(area => Origin(areas.Downloads.SignGet(ObjectKey.Parse(area + "00/x"), new DownloadTerms(), AnyTime).Url));
        var images = downloads.Concat(areas.PublicBaseUrls.Concat(areas.Targets.Values.Select(target => target.Origin).OfType<Uri>()).Select(Origin)).Distinct(StringComparer.Ordinal);
        var issuer = web.Value.ClientId is null ? "" : " " + Origin(auth.Value.Authority!);
        _start = $"default-src 'none'; script-src 'self'; img-src 'self' data: blob: {string.Join(' ', images)}; connect-src 'self' {uploads}{issuer}; "
            + "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'self'";
    }

    /// <summary>The policy of one response.</summary>
    /// <param name="nonce">Admits the styles that the component library adds at run time.</param>
    public string With(string nonce) => $"{_start} 'nonce-{nonce}'";

    private static string Origin(Uri address) => address.GetLeftPart(UriPartial.Authority);
}
