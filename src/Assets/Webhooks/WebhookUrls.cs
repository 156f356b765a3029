using System.Net;
using System.Net.Sockets;

namespace Pipeline.Assets.Webhooks;

/// <summary>Whether a URL can be that of a webhook.</summary>
public abstract record UrlVerdict
{
    private UrlVerdict()
    {
    }

    public sealed record Fine(string Url) : UrlVerdict;

    /// <param name="Why">Completes "url …".</param>
    public sealed record Invalid(string Why) : UrlVerdict;

    /// <summary>The host is, or resolves to, an address that webhooks may not reach.</summary>
    public sealed record Forbidden : UrlVerdict;
}

/// <summary>
/// Checks the URL of a webhook when the owner sets it, so that a mistake is reported at once. It protects nothing: a name can get another
/// address later, so <see cref="WebhookClient"/> checks the address that it connects to.
/// </summary>
public sealed class WebhookUrls(AddressPolicy addresses, ResolveHost resolve)
{
    private static readonly TimeSpan MaxResolve = TimeSpan.FromSeconds(5);

    public async Task<UrlVerdict> CheckAsync(string? text, CancellationToken cancellationToken)
    {
        if (WhyNot(text, out var url) is { } why) return new UrlVerdict.Invalid(why);
        IPAddress[] found;
        try
        {
            found = await AddressesAsync(url!, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            return new UrlVerdict.Invalid("names a host that does not resolve to an address");
        }

        var isEncrypted = url!.Scheme == Uri.UriSchemeHttps;
        if (!isEncrypted && !found.All(addresses.IsOpened)) return new UrlVerdict.Invalid("must be an https URL");
        return found.All(address => addresses.Allows(address, isEncrypted)) ? new UrlVerdict.Fine(url.AbsoluteUri) : new UrlVerdict.Forbidden();
    }

    private async Task<IPAddress[]> AddressesAsync(Uri url, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(url.IdnHost, out var literal)) return [literal];
        var found = await resolve(url.IdnHost, cancellationToken).WaitAsync(MaxResolve, cancellationToken);
        return found.Length > 0 ? found : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static string? WhyNot(string? text, out Uri? url)
    {
        url = null;
        if (string.IsNullOrEmpty(text)) return "is missing";
        if (text.Length > Webhook.MaxUrl) return $"must have at most {Webhook.MaxUrl} characters";
        if (!Uri.TryCreate(text, UriKind.Absolute, out url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0) return "must be an https URL";
        if (url.UserInfo.Length > 0 || HasEmptyUser(text)) return "must not contain a user or password";
        if (url.Fragment.Length > 0 || text.Contains('#', StringComparison.Ordinal)) return "must not have a fragment";
        if (url.Port == 0) return "must not have port 0";
        return url.AbsoluteUri.Length > Webhook.MaxUrl ? $"must have at most {Webhook.MaxUrl} characters" : null;
    }

    // Uri keeps the "@" of an empty user without telling.
    private static bool HasEmptyUser(string text)
    {
        var authority = text.AsSpan(text.IndexOf(':', StringComparison.Ordinal) + 1).TrimStart("/\\");
        return authority.IndexOfAny("/\\?#") is >= 0 and var end ? authority[..end].Contains('@') : authority.Contains('@');
    }
}
