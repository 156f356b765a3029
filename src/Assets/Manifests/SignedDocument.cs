using System.Text;
using System.Text.Json;
using Pipeline.Storage;

namespace Pipeline.Assets.Manifests;

/// <summary>
/// A signed JSON document in the originals area: <c>{"type","version","keyId","mac","body"}</c>. The signature covers the exact bytes of the body and
/// the key of the object.
/// </summary>
public static class SignedDocument
{
    /// <summary>The media type of manifests and of the marks of erased assets.</summary>
    public const string ContentType = "application/vnd.pipeline.manifest+json";

    /// <summary>The type of a manifest.</summary>
    public const string AssetType = "asset";

    /// <summary>The type of the mark of an erased asset.</summary>
    public const string ErasedType = "erased";

    /// <summary>The version of this format. A newer one means that something in it has changed its meaning; new fields do not raise it.</summary>
    public const int Version = 1;

    /// <summary>Far more than the most variants that a worker may publish need.</summary>
    public const int MaxBytes = 256 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    /// <summary>Signs a body for the object at this key.</summary>
    public static byte[] Write(string type, ObjectKey at, byte[] body, ManifestKeys keys)
    {
        using var document = new MemoryStream();
        using (var json = new Utf8JsonWriter(document))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            json.WriteNumber("version", Version);
            json.WriteString("keyId", keys.Current);
            json.WriteString("mac", Convert.ToHexStringLower(keys.Sign(at, Signed(type, body))));
            json.WritePropertyName("body");
            json.WriteRawValue(body);
            json.WriteEndObject();
        }

        return document.ToArray();
    }

    /// <summary>Checks the bytes of the object at this key.</summary>
    /// <returns>The body and the key that signed it; or nulls and why it is refused, one of <see cref="RefusedManifest"/>.</returns>
    public static (byte[]? Body, string? KeyId, string? Refused) Read(string type, ObjectKey at, ReadOnlyMemory<byte> bytes, ManifestKeys keys)
    {
        if (bytes.Length > MaxBytes) return (null, null, RefusedManifest.TooLarge);
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            var root = document.RootElement;
            if (root.GetProperty("type").GetString() != type) return (null, null, RefusedManifest.Unreadable);
            if (root.GetProperty("version").GetInt32() != Version) return (null, null, RefusedManifest.NewerVersion);
            var body = Encoding.UTF8.GetBytes(root.GetProperty("body").GetRawText());
            var mac = Convert.FromHexString(root.GetProperty("mac").GetString()!);
            var keyId = root.GetProperty("keyId").GetString()!;
            return keys.Verify(keyId, at, Signed(type, body), mac) switch
            {
                null => (null, null, RefusedManifest.UnknownKey),
                false => (null, null, RefusedManifest.WrongSignature),
                true => (body, keyId, null),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            return (null, null, RefusedManifest.Unreadable);
        }
    }

    private static byte[] Signed(string type, byte[] body) => [.. Encoding.UTF8.GetBytes($"{type} {Version}"), 0, .. body];
}
