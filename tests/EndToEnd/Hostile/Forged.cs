using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Pipeline.EndToEnd.Hostile;

/// <summary>Tokens that must be refused.</summary>
internal static class Forged
{
    private static readonly DateTime Later = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1);
    private static readonly DateTime Past = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-1);

    private const string Claims = """{"userId":"alice","exp":4102444800}""";

    /// <summary>Each token with its fault.</summary>
    /// <param name="secret">The server's own secret: a valid signature does not excuse other faults.</param>
    public static IReadOnlyList<(string Wrong, string Token)> All(string secret)
    {
        var good = Sign(Key(secret));
        var parts = good.Split('.');
        return
        [
            ("garbage", "garbage"),
            ("three parts of garbage", "a.b.c"),
            ("alg none", $"{Base64("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}."),
            ("alg nOnE", $"{Base64("""{"alg":"nOnE","typ":"JWT"}""")}.{parts[1]}.{parts[2]}"),
            ("no alg", $"{Base64("""{"typ":"JWT"}""")}.{parts[1]}.{parts[2]}"),
            ("no signature", $"{parts[0]}.{parts[1]}."),
            ("a signature of another", $"{parts[0]}.{Base64($$"""{"userId":"bob","exp":4102444800}""")}.{parts[2]}"),
            ("the key of another", Sign(Key(new string('k', 48)))),
            ("a key that is named in its head", $"{Base64("""{"alg":"HS256","jku":"http://127.0.0.1:1/keys","kid":"../../../dev/null"}""")}.{parts[1]}.{parts[2]}"),
            ("another algorithm", Sign(Key(secret + secret), SecurityAlgorithms.HmacSha512)),
            ("it has expired", Sign(Key(secret), expires: Past)),
            ("not valid yet", Sign(Key(secret), notBefore: Later, expires: Later.AddHours(1))),
            ("no expiry", Sign(Key(secret), expires: null, withTimes: false)),
            ("no user", Sign(Key(secret), userId: "")),
            ("a user with a NUL", Sign(Key(secret), userId: "a\0b")),
            ("a user with a line end", Sign(Key(secret), userId: "a\r\nX-Injected: 1")),
            ("a user that is too long", Sign(Key(secret), userId: new string('u', 5000))),
            ("a user that is a number", Raw(secret, """{"userId":7,"exp":4102444800}""")),
            ("a user that is true", Raw(secret, """{"userId":true,"exp":4102444800}""")),
            ("a user that is null beside a subject", Raw(secret, """{"userId":null,"sub":"alice","exp":4102444800}""")),
            ("a user that is a list of one", Raw(secret, """{"userId":["alice"],"exp":4102444800}""")),
            ("a user that is a list of two", Raw(secret, """{"userId":["alice","bob"],"exp":4102444800}""")),
            ("a user that is an object", Raw(secret, """{"userId":{"id":"alice"},"exp":4102444800}""")),
            ("two users", Raw(secret, """{"userId":"alice","userId":"bob","exp":4102444800}""")),
            ("a subject that is a number", Raw(secret, """{"sub":7,"exp":4102444800}""")),
            ("a tenant that is empty", Raw(secret, """{"userId":"alice","tenant":"","exp":4102444800}""")),
            ("a tenant that is a number", Raw(secret, """{"userId":"alice","tenant":7,"exp":4102444800}""")),
            ("a tenant that is null", Raw(secret, """{"userId":"alice","tenant":null,"exp":4102444800}""")),
            ("a tenant that is a list of one", Raw(secret, """{"userId":"alice","tenant":["acme"],"exp":4102444800}""")),
            ("two tenants", Raw(secret, """{"userId":"alice","tenant":"acme","tenant":"default","exp":4102444800}""")),
            ("a tenant with a slash", Raw(secret, """{"userId":"alice","tenant":"acme/alice","exp":4102444800}""")),
            ("a tenant that is too long", Raw(secret, $$"""{"userId":"alice","tenant":"{{new string('t', 65)}}","exp":4102444800}""")),
            ("claims that are a list", Raw(secret, """["alice"]""")),
            ("an expiry that is text", Raw(secret, """{"userId":"alice","exp":"never"}""")),
            ("a critical extension", Raw(secret, Claims, """{"alg":"HS256","typ":"JWT","crit":["b64"],"b64":false}""")),
            ("half of a surrogate pair in the header", Raw(secret, Claims, """{"alg":"HS256","typ":"JWT","\ud800":1}""")),
            ("an empty list of critical extensions", Raw(secret, Claims, """{"alg":"HS256","typ":"JWT","crit":[]}""")),
            ("a critical extension that is text", Raw(secret, Claims, """{"alg":"HS256","typ":"JWT","crit":"exp"}""")),
            ("ten thousand characters", $"{parts[0]}.{parts[1]}.{new string('A', 10_000)}"),
        ];
    }

    public static string Sign(
        SecurityKey key, string algorithm = SecurityAlgorithms.HmacSha256, string userId = "alice", string? audience = null, string? issuer = null,
        DateTime? notBefore = null, DateTime? expires = null, bool withTimes = true)
    {
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["userId"] = userId },
            Audience = audience,
            Issuer = issuer,
            NotBefore = notBefore,
            Expires = withTimes ? expires ?? Later : null,
            SigningCredentials = new SigningCredentials(key, algorithm),
        });
    }

    public static SymmetricSecurityKey Key(string secret) => new(Encoding.UTF8.GetBytes(secret));

    /// <summary>The known attack: the public key of an asymmetric algorithm as the secret of a symmetric one.</summary>
    public static SymmetricSecurityKey Confused(RSA rsa) => new(Encoding.UTF8.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()));

    /// <summary>Signed correctly, with any parts.</summary>
    public static string Raw(string secret, string claims, string header = """{"alg":"HS256","typ":"JWT"}""")
    {
        var parts = $"{Base64(header)}.{Base64(claims)}";
        return $"{parts}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(parts)))}";
    }

    private static string Base64(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
