using System.Globalization;
using System.Web;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Pipeline.Storage.S3;
using Pipeline.TestKit;

namespace Pipeline.Storage.Tests.S3;

/// <summary>Our signatures beside those of the SDK, over many keys, headers, times, tokens and addresses.</summary>
public sealed class S3SignatureTests
{
    private const int Cases = 300;
    private const string KeyLetters = "ABCXYZabcxyz019-_=.";
    private static readonly string[] Types = ["image/jpeg", "image/svg+xml", "image/webp; q=1", "application/x-a.b"];
    private static readonly string[] Regions = ["auto", "us-east-1", "eu-central-1"];
    private static readonly string[] Names = ["a", "a-b", "ab", "original-filename", "uploaded-by", "z9"];
    private static readonly string[] Addresses = ["http://127.0.0.1:9111", "https://s3.eu-central-1.amazonaws.com", "https://abc.r2.cloudflarestorage.com", "http://store.example:8080"];

    [Fact]
    public void Puts_are_signed_as_the_sdk_signs_them()
    {
        var random = new Random(20261130);
        for (var i = 0; i < Cases; i++)
        {
            var (area, key) = (Area(random), Key(random));
            var terms = new UploadTerms
            {
                ContentType = Pick(random, Types),
                Length = random.NextInt64(0, 1L << 40),
                LengthIsBound = random.Next(4) == 0,
                Sha256 = random.Next(2) == 0 ? Convert.ToHexStringLower(Bytes(random, 32)) : null,
                Metadata = Metadata(random),
            };
            var writesOnce = random.Next(2) == 0;
            var request = Request(area, key, HttpVerb.PUT, random);
            request.ContentType = terms.ContentType;
            if (!terms.LengthIsBound) request.Headers.ContentLength = terms.Length;
            if (terms.Sha256 is not null) request.Headers["x-amz-checksum-sha256"] = Convert.ToBase64String(Convert.FromHexString(terms.Sha256));
            if (writesOnce) request.Headers["If-None-Match"] = "*";
            foreach (var (name, value) in terms.Metadata) request.Parameters[$"x-amz-meta-{name}"] = value;

            Compare(area, request, (time, validFor) => new S3UploadSigner(area, writesOnce, time).SignPut(key, terms, validFor).Url);
        }
    }

    [Fact]
    public void Gets_are_signed_as_the_sdk_signs_them()
    {
        var random = new Random(7);
        for (var i = 0; i < Cases; i++)
        {
            var (area, key) = (Area(random), Key(random));
            Compare(area, Request(area, key, HttpVerb.GET, random), (time, validFor) => new S3UploadSigner(area, writeOnce: false, time).SignGet(key, validFor));
        }
    }

    [Fact]
    public void Another_secret_day_or_region_signs_by_another_key()
    {
        S3SigningKey[] keys = [S3SigningKey.Of("s", "20260301", "auto"), S3SigningKey.Of("t", "20260301", "auto"), S3SigningKey.Of("s", "20260302", "auto"), S3SigningKey.Of("s", "20260301", "eu")];

        keys.Select(key => Convert.ToHexString(key.Bytes)).Distinct().Count().ShouldBe(keys.Length);
        S3SigningKey.Of("s", "20260301", "auto").Bytes.ShouldBe(keys[0].Bytes);
        keys[1].ToString().ShouldNotContain("t,");
    }

    // The SDK reads its own clock, so ours gets the time that it has signed.
    private static void Compare(S3AreaSettings area, GetPreSignedUrlRequest request, Func<TimeProvider, TimeSpan, Uri> sign)
    {
        using var connection = new S3Connection(area, new S3StorageOptions());
        var theirs = new Uri(connection.Client.GetPreSignedURL(request));
        var told = HttpUtility.ParseQueryString(theirs.Query);
        var at = DateTimeOffset.ParseExact(told["X-Amz-Date"]!, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var ours = sign(new ManualTime(at), TimeSpan.FromSeconds(int.Parse(told["X-Amz-Expires"]!, CultureInfo.InvariantCulture)));

        ours.GetLeftPart(UriPartial.Path).ShouldBe(theirs.GetLeftPart(UriPartial.Path));
        ours.Query[1..].Split('&').Order(StringComparer.Ordinal).ShouldBe(theirs.Query[1..].Split('&').Order(StringComparer.Ordinal));
    }

    private static GetPreSignedUrlRequest Request(S3AreaSettings area, ObjectKey key, HttpVerb verb, Random random) => new()
    {
        BucketName = area.Bucket,
        Key = area.Wire(key),
        Verb = verb,
        Protocol = area.ServiceUrl.Scheme == Uri.UriSchemeHttps ? Protocol.HTTPS : Protocol.HTTP,
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(random.Next(60, 600_000)),
    };

    private static S3AreaSettings Area(Random random) => Area(random, new Uri(Pick(random, Addresses)));

    private static S3AreaSettings Area(Random random, Uri serviceUrl) => new()
    {
        ServiceUrl = serviceUrl,
        Region = Pick(random, Regions),
        Bucket = "photos",
        Prefix = random.Next(2) == 0 ? "" : "a=b/c/",
        AccessKeyId = $"AK{random.Next():X}",
        SecretAccessKey = Convert.ToBase64String(Bytes(random, 30)),
        // No host name begins with a bucket where the store has an address only.
        PathStyle = serviceUrl.HostNameType == UriHostNameType.IPv4 || random.Next(2) == 0,
        Chain = random.Next(3) == 0 ? new SessionAWSCredentials($"AS{random.Next():X}", Convert.ToBase64String(Bytes(random, 30)), Convert.ToBase64String(Bytes(random, 100))) : null,
    };

    private static ObjectKey Key(Random random)
    {
        var segments = Enumerable.Range(0, random.Next(1, 5)).Select(_ => "k" + string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => KeyLetters[random.Next(KeyLetters.Length)])));
        return ObjectKey.Parse(string.Join('/', segments));
    }

    private static Dictionary<string, string> Metadata(Random random) => Names.Where(_ => random.Next(2) == 0).ToDictionary(name => name, _ => Text(random), StringComparer.Ordinal);

    // Printable ASCII, as headers are.
    private static string Text(Random random) => $"x{string.Concat(Enumerable.Range(0, random.Next(0, 30)).Select(_ => (char)random.Next(' ', '~')))}x";

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
