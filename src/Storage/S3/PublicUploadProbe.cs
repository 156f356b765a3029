using System.Net;
using System.Security.Cryptography;
using Pipeline.Storage.Costs;

namespace Pipeline.Storage.S3;

/// <summary>
/// Tests whether a client with an upload URL can make its file public before it is scanned. A URL binds only the headers that it signs, so a
/// client may add unsigned ACL headers, and the bucket itself must refuse them.
/// </summary>
internal sealed class PublicUploadProbe(StorageAreas areas, TimeProvider time, HttpMessageHandler? handler = null) : IDisposable
{
    // No user's uploads are here: in a user's key an equals sign is always followed by two hex digits.
    internal const string Area = ObjectKey.IncomingArea + "=probe/";

    private const string Everyone = "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"";
    private static readonly TimeSpan UrlLife = TimeSpan.FromMinutes(1);

    // No probe takes this long, so an older file was left by a process that died.
    private static readonly TimeSpan Left = TimeSpan.FromMinutes(10);
    private static readonly byte[] Body = "Is this private?"u8.ToArray();

    // Without any header the file must not be public either.
    private static readonly (string Name, string? Value)[] Headers =
    [
        ("no header", null), ("x-amz-acl", "public-read"), ("x-amz-acl", "public-read-write"), ("x-amz-grant-read", Everyone), ("x-amz-grant-full-control", Everyone),
    ];

    private readonly HttpClient _stranger = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromSeconds(20) };

    /// <returns>The header that made the file public, for the log; null if the file stayed private.</returns>
    /// <exception cref="Exception">The store did not answer, so the result is unknown.</exception>
    public async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Check);
        await foreach (var found in areas.Incoming.ListAsync(Area, cancellationToken))
            if (found.LastModified < time.GetUtcNow() - Left)
                await areas.Incoming.DeleteAsync(found.Key, cancellationToken);
        foreach (var (name, value) in Headers)
            if (await IsPublicAsync(name, value, cancellationToken))
                return value is null || value == Everyone ? name : $"{name}: {value}";
        return null;
    }

    public void Dispose() => _stranger.Dispose();

    private async Task<bool> IsPublicAsync(string name, string? value, CancellationToken cancellationToken)
    {
        // A unique key, so that two instances do not delete each other's file.
        var key = ObjectKey.Parse($"{Area}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.txt");
        var upload = areas.Signer.SignPut(key, new UploadTerms { ContentType = "text/plain", Length = Body.Length }, UrlLife);
        var isPublic = false;
        try
        {
            using var put = new HttpRequestMessage(HttpMethod.Put, upload.Url) { Content = new ByteArrayContent(Body) };
            foreach (var header in upload.Headers)
                if (!put.Headers.TryAddWithoutValidation(header.Key, header.Value)) put.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            if (value is not null) put.Headers.TryAddWithoutValidation(name, value);
            using var written = await _stranger.SendAsync(put, cancellationToken);
            if (!Known(written).IsSuccessStatusCode) return false;

            using var read = await _stranger.GetAsync(upload.Url.GetLeftPart(UriPartial.Path), cancellationToken);
            return isPublic = Known(read).IsSuccessStatusCode;
        }
        finally
        {
            try
            {
                await areas.Incoming.DeleteAsync(key, CancellationToken.None);
            }
            catch (Exception) when (isPublic)
            {
                // The finding matters more than the failed deletion: the file holds no user data, and a later probe deletes it.
            }
        }
    }

    // An answer from a failing store does not show what the store allows.
    private static HttpResponseMessage Known(HttpResponseMessage answer) =>
        answer.StatusCode is >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented or HttpStatusCode.TooManyRequests
            ? throw new IOException($"The store answered {(int)answer.StatusCode}.")
            : answer;
}
