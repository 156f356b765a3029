using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Storage.S3;

/// <summary>The key that signs a day's requests of one secret. Its four hashes are derived once for each day and not for each request.</summary>
/// <param name="Secret">The secret access key.</param>
/// <param name="Day">As <c>yyyyMMdd</c>.</param>
/// <param name="Region">The region.</param>
/// <param name="Bytes">The derived key.</param>
internal sealed record S3SigningKey(string Secret, string Day, string Region, byte[] Bytes)
{
    // The areas of an installation may differ in their secrets; other combinations replace one another.
    private const int Places = 16;
    private static readonly S3SigningKey?[] Known = new S3SigningKey?[Places];

    public static S3SigningKey Of(string secret, string day, string region)
    {
        var place = (int)((uint)HashCode.Combine(secret, region) % Places);
        if (Volatile.Read(ref Known[place]) is { } known && known.Day == day && known.Region == region && known.Secret == secret) return known;
        var key = Encoding.UTF8.GetBytes("AWS4" + secret);
        foreach (var part in (string[])[day, region, "s3", "aws4_request"]) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var derived = new S3SigningKey(secret, day, region, key);
        Volatile.Write(ref Known[place], derived);
        return derived;
    }

    /// <summary>The signature of this text in lower-case hex.</summary>
    public string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Bytes, Encoding.UTF8.GetBytes(text)));

    /// <summary>Without the secret, because records appear in messages.</summary>
    public override string ToString() => $"signing key of {Day} for {Region}";
}
