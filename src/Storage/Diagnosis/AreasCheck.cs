using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage.Costs;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Diagnosis;

/// <summary>Whether keys of the store can have different rights for each area.</summary>
/// <param name="HasRights">False for a store without keys.</param>
public sealed record RightsOfStore(bool HasRights)
{
    public static readonly RightsOfStore Prefixes = new(HasRights: true);
}

/// <summary>
/// Writes, reads and deletes a small object in each area, as uploads and deletions do: for uploads by a presigned PUT. Its keys are below
/// <c>doctor/</c> in the area, where no asset has objects.
/// </summary>
/// <param name="areas">The areas.</param>
/// <param name="rights">The rights that the store knows.</param>
/// <param name="handler">Makes what sends the signed requests; null for the network.</param>
internal sealed class AreasCheck(StorageAreas areas, RightsOfStore rights, Func<HttpMessageHandler>? handler = null) : IDiagnosticCheck
{
    /// <summary>In the incoming area no user's folder has this name: in a user's key an equals sign is always followed by two hex digits.</summary>
    internal const string UploadFolder = $"{ObjectKey.IncomingArea}=doctor/";

    private const string PublicName = "public URL";
    private const string RightsName = "rights of the API's key";
    private const string KeyFix = "Correct the settings of the area and the rights of the API's key, as docs/operations.md lists them.";
    private static readonly TimeSpan PublicTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UrlLife = TimeSpan.FromMinutes(1);
    private static readonly byte[] Body = "pipeline doctor"u8.ToArray();
    private static readonly WriteOptions Options = new() { ContentType = "text/plain" };

    public string Name => "area";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        using var cause = StoreCause.Begin(StoreCause.Check);
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var found = await Task.WhenAll(
            GuardAsync("incoming", () => IncomingAsync(ObjectKey.Parse($"{UploadFolder}{nonce}.txt"), cancellationToken)),
            GuardAsync("public", () => PublicAsync(ObjectKey.Parse($"{ObjectKey.PublicArea}doctor/{nonce}.txt"), cancellationToken)),
            GuardAsync("private", () => WritableAsync("private", areas.Private, ObjectKey.Parse($"{ObjectKey.PrivateArea}doctor/{nonce}.txt"), cancellationToken)),
            GuardAsync("originals", () => ForeignAsync("originals", areas.Originals, ObjectKey.Parse($"{ObjectKey.OriginalsArea}doctor/{nonce}.txt"), cancellationToken)),
            GuardAsync("quarantine", () => ForeignAsync("quarantine", areas.Quarantine, ObjectKey.Parse($"quarantine/doctor/{nonce}.txt"), cancellationToken)));
        return [.. found.SelectMany(findings => findings), .. rights.HasRights ? (Finding[])[] : [Finding.Skipped(RightsName, "This store has no keys with rights.")]];
    }

    // A client's upload, up to the deletion.
    private async Task<IReadOnlyList<Finding>> IncomingAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(handler?.Invoke() ?? new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var signed = areas.Signer.SignPut(key, new UploadTerms { ContentType = Options.ContentType, Length = Body.Length }, UrlLife);
        try
        {
            using var put = new HttpRequestMessage(HttpMethod.Put, signed.Url) { Content = new ByteArrayContent(Body) };
            foreach (var header in signed.Headers)
                if (!put.Headers.TryAddWithoutValidation(header.Key, header.Value)) put.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
            using var written = await http.SendAsync(put, cancellationToken);
            if (!written.IsSuccessStatusCode)
                return [Finding.Fail("area incoming", $"The store answered {(int)written.StatusCode} to a presigned PUT.", KeyFix)];

            using var read = await http.GetAsync(areas.Signer.SignGet(key, UrlLife), cancellationToken);
            if (!read.IsSuccessStatusCode || !IsBody(await read.Content.ReadAsByteArrayAsync(cancellationToken)))
                return [Finding.Fail("area incoming", $"The store answered {(int)read.StatusCode} to a signed GET of the object, or other bytes.", KeyFix)];
        }
        finally
        {
            await areas.Incoming.DeleteAsync(key, CancellationToken.None);
        }

        return [await areas.Incoming.HeadAsync(key, cancellationToken) is null
            ? Finding.Ok("area incoming", "A presigned PUT, a GET and a deletion work.")
            : Finding.Fail("area incoming", "The store still has the object after its deletion.", KeyFix)];
    }

    // Pages show the object by its public URL, without a token.
    private async Task<IReadOnlyList<Finding>> PublicAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var shown = Finding.Skipped(PublicName, "It was not read.");
        await RoundTripAsync(areas.Public, key, async () => shown = await ShownAsync(areas.PublicUrl(key), cancellationToken), cancellationToken);
        return [Finding.Ok("area public", "A PUT, a GET and a deletion work."), shown];
    }

    private static async Task<Finding> ShownAsync(Uri url, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { Timeout = PublicTimeout };
        var host = url.GetLeftPart(UriPartial.Authority);
        try
        {
            using var answer = await http.GetAsync(url, cancellationToken);
            if (answer.IsSuccessStatusCode && IsBody(await answer.Content.ReadAsByteArrayAsync(cancellationToken)))
                return Finding.Ok(PublicName, $"{host} shows an object of the public area to everyone.");
            return Finding.Warn(
                PublicName, $"{host} answered {(int)answer.StatusCode} to a GET of an object of the public area, or other bytes: pages would show no picture.",
                "Let everyone read the keys of this area, and set its PublicUrl to the address that serves them.");
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Finding.Warn(PublicName, $"{host} does not answer this host, so it is unknown whether it shows the objects of the public area.", "Open a photo's URL in a browser. Correct PublicUrl if it does not answer there either.");
        }
    }

    // An area that the API's key writes to.
    private static async Task<IReadOnlyList<Finding>> WritableAsync(string area, IObjectStore store, ObjectKey key, CancellationToken cancellationToken)
    {
        await RoundTripAsync(store, key, between: null, cancellationToken);
        return [Finding.Ok($"area {area}", "A PUT, a GET and a deletion work.")];
    }

    // An area that only the workers write to. The API's key reads and deletes there.
    private async Task<IReadOnlyList<Finding>> ForeignAsync(string area, IObjectStore store, ObjectKey key, CancellationToken cancellationToken)
    {
        try
        {
            await RoundTripAsync(store, key, between: null, cancellationToken);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Forbidden && e.ErrorCode != "InvalidAccessKeyId" && e.ErrorCode != "SignatureDoesNotMatch")
        {
            await store.DeleteAsync(key, cancellationToken);
            return [Finding.Ok($"area {area}", "A deletion works. Only workers write here, and the store refuses a PUT of the API's key."), Finding.Ok($"{RightsName}, {area}", "It may not write.")];
        }

        List<Finding> found = [Finding.Ok($"area {area}", "A PUT, a GET and a deletion work.")];
        if (rights.HasRights)
            found.Add(Finding.Warn($"{RightsName}, {area}", $"It may write to the {area} area, where only workers write.", $"Take s3:PutObject on this area from the API's key. R2 has no rights below a bucket: give {area} a bucket of its own there, or accept this."));
        return found;
    }

    private static async Task RoundTripAsync(IObjectStore store, ObjectKey key, Func<Task>? between, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Body, writable: false);
        await store.WriteAsync(key, content, Body.Length, Options, cancellationToken);
        try
        {
            await using var read = await store.ReadAsync(key, null, cancellationToken);
            if (read is not ReadResult.Found found) throw new IOException("The object is missing.");
            using var bytes = new MemoryStream();
            await found.Content.CopyToAsync(bytes, cancellationToken);
            if (!IsBody(bytes.ToArray())) throw new IOException("The object has other bytes.");
            if (between is not null) await between();
        }
        finally
        {
            await store.DeleteAsync(key, CancellationToken.None);
        }
    }

    private static bool IsBody(byte[] bytes) => bytes.AsSpan().SequenceEqual(Body);

    // Never the exception's message: it may hold an address with a signature.
    private static async Task<IReadOnlyList<Finding>> GuardAsync(string area, Func<Task<IReadOnlyList<Finding>>> check)
    {
        try
        {
            return await check();
        }
        catch (InsufficientStorageException)
        {
            return [Finding.Fail($"area {area}", "The disk is too full for a write.", "Free space, or delete assets.")];
        }
        catch (HttpRequestException e)
        {
            return [Finding.Fail($"area {area}", $"The address of upload URLs does not answer ({e.HttpRequestError}).", "Correct the store's address, or let this host reach it: clients use the same one.")];
        }
        catch (Exception e) when (e is AmazonS3Exception or IOException or TimeoutException)
        {
            return [Finding.Fail($"area {area}", S3Faults.Diagnose(e), KeyFix)];
        }
    }
}

internal static class AreasCheckRegistration
{
    public static IServiceCollection AddAreasCheck(this IServiceCollection services, RightsOfStore rights, Func<IServiceProvider, HttpMessageHandler>? handler = null) =>
        services.AddScoped<IDiagnosticCheck>(provider => new AreasCheck(provider.GetRequiredService<StorageAreas>(), rights, handler is null ? null : () => handler(provider)));
}
