using System.Net;
using System.Net.Http.Headers;

namespace Pipeline.Storage.Tests.Contract;

/// <summary>Every rule of <see cref="IUploadSigner"/>, by real requests to the server of its URLs.</summary>
public abstract partial class UploadSignerContract
{
    private readonly string _area = $"uploads/{Guid.NewGuid():N}/";

    /// <summary>The signer to test.</summary>
    protected abstract IUploadSigner Signer { get; }

    /// <summary>The store that its URLs reach.</summary>
    protected abstract IObjectStore Store { get; }

    /// <summary>Sends the requests.</summary>
    protected static HttpClient Http { get; } = new();

    /// <summary>An expired URL.</summary>
    protected abstract Task<PresignedUpload> ExpiredPut(ObjectKey key, UploadTerms terms);

    /// <summary>An expired URL.</summary>
    protected abstract Task<Uri> ExpiredGet(ObjectKey key);

    /// <summary>A key of this test only.</summary>
    protected ObjectKey Key(string name = "photo.jpg") => ObjectKey.Parse(_area + name);

    /// <summary>Five minutes, as the API uses.</summary>
    protected static TimeSpan AWhile { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Terms for the given bytes.</summary>
    protected static UploadTerms Terms(byte[] body) => new() { ContentType = "image/jpeg", Length = body.Length };

    /// <summary>Sends a PUT with only its type and its body.</summary>
    protected static async Task<HttpResponseMessage> Put(Uri url, byte[] body, string? contentType = "image/jpeg")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(body) };
        if (contentType is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await Http.SendAsync(request);
    }

    /// <summary>Sends a PUT with the headers that the signer returned.</summary>
    protected static async Task<HttpResponseMessage> Put(PresignedUpload upload, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(upload.Method), upload.Url) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in upload.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await Http.SendAsync(request);
    }

    /// <summary>Changes one digit of the signature.</summary>
    protected static Uri Tampered(Uri url)
    {
        // Matches S3's X-Amz-Signature and our own signature.
        const string name = "ignature=";
        var text = url.AbsoluteUri;
        var digit = text.IndexOf(name, StringComparison.Ordinal) + name.Length;
        digit.ShouldBeGreaterThanOrEqualTo(name.Length);
        return new Uri($"{text[..digit]}{(text[digit] == '0' ? '1' : '0')}{text[(digit + 1)..]}");
    }

    /// <summary>The request was refused and the object does not exist.</summary>
    protected async Task ShouldBeRefused(HttpResponseMessage response, HttpStatusCode status = HttpStatusCode.Forbidden, ObjectKey? key = null)
    {
        response.StatusCode.ShouldBe(status);
        (await Store.HeadAsync(key ?? Key(), default)).ShouldBeNull();
    }
}
