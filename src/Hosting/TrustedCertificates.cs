using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pipeline.Hosting;

/// <summary>
/// The authorities that one service is trusted with, from a PEM file, in place of those of the machine: a certificate of another authority is
/// refused, even of a public one, and so is another host name.
/// </summary>
public sealed class TrustedCertificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly X509Certificate2Collection _authorities = [];

    private TrustedCertificates(string path) => _authorities.ImportFromPemFile(path);

    /// <summary>Reads the file once; null for no file, which leaves the decision to the machine's own authorities.</summary>
    public static TrustedCertificates? Of(string? path) => string.IsNullOrEmpty(path) ? null : new TrustedCertificates(path);

    /// <summary>Null if the file has at least one certificate; otherwise the fault of the setting that names it.</summary>
    /// <param name="key">The configuration key.</param>
    public static string? Fault(string key, string? path)
    {
        if (string.IsNullOrEmpty(path)) return null;
        try
        {
            return new TrustedCertificates(path)._authorities.Count > 0 ? null : $"`{key}`: the file has no certificate: it must hold the authority's certificate in PEM form";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return $"`{key}`: the file cannot be read: put the authority's certificate there in PEM form, readable by this user";
        }
    }

    /// <summary>A <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None) return false;
        using var own = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                // A private authority has no list of revoked certificates.
                RevocationMode = X509RevocationMode.NoCheck,
                ApplicationPolicy = { new Oid(ServerAuthentication) },
            },
        };
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        foreach (var sent in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>()) own.ChainPolicy.ExtraStore.Add(sent.Certificate);
        using var presented = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return own.Build(presented);
    }
}
