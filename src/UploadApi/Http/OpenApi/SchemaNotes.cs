using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Pipeline.Assets;
using Pipeline.Contracts;
using Pipeline.UploadApi.Assets;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Describes each field: its meaning, an example, and its values if they are a closed set.</summary>
internal static class SchemaNotes
{
    private const string Sha256 = "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b";
    private const string Key = "uploads/ada/1793000000000-0123456789abcdef.jpg";
    private const string VariantKey = "assets/0e/0191e9a0-0000-7000-8000-00000000000e/5f2c7a91/w640.webp";
    private const string Time = "2026-01-31T12:00:00Z";

    private static readonly Dictionary<string, string> OfSchemas = new(StringComparer.Ordinal)
    {
        ["AssetPage"] = "One page of your assets. The newest come first.", ["AssetView"] = "An asset with its upload and its variants. A field is missing if its value is unknown or does not apply.",
        ["ConfirmResponse"] = "The upload is confirmed and will be processed.", ["ConfirmRequest"] = "Names an upload.", ["FailureView"] = "The reason of a failure of the server.",
        ["FocalPointRequest"] = "The point that crops keep in view, as fractions of the upright image.", ["FocalPointResponse"] = "The revision that is made with the focal point.",
        ["PresignRequest"] = "The file to upload.", ["PresignResponse"] = "The upload URL and the headers to send.", ["RejectionView"] = "The reason of a rejection, which is final.",
        ["ReprocessResponse"] = "The revision that serves this request.", ["SimilarAsset"] = "An asset that looks alike.", ["SimilarPage"] = "Assets that look alike, the nearest first.",
        ["Timeline"] = "The events of an asset, the oldest first.", ["TimelineEvent"] = "An event of an asset.", ["VariantView"] = "A published variant.", ["WorkView"] = "A newer revision that is being processed.",
        ["FocalPoint"] = "The point that crops keep in view.", ["Placeholder"] = "A preview to show before the first variant has loaded.",
    };

    private static readonly Dictionary<string, Note> OfFields = new(StringComparer.Ordinal)
    {
        ["id"] = new("The asset.", Examples.Id),
        ["items"] = new("The assets.", null),
        ["nextCursor"] = new("The cursor of the next page; omitted on the last page.", "0191e9a0000070008000000000000000"),
        ["status"] = new("The state.", "ready", [.. Enum.GetValues<AssetStatus>().Select(AssetView.Word)]),
        ["WorkView.status"] = new("queued: it waits for a worker; processing: a worker processes it.", "queued", ["queued", "processing"]),
        ["ConfirmResponse.status"] = new("The state.", "queued", [.. Enum.GetValues<AssetStatus>().Select(AssetView.Word)]),
        ["revision"] = new("The revision.", 1),
        ["filename"] = new("The file's name, as sent.", "beach.jpg"),
        ["originalFilename"] = new("Another name for the file.", "beach.jpg"),
        ["contentType"] = new("The media type.", "image/jpeg"),
        ["AssetView.contentType"] = new("The media type detected from the bytes; before the inspection, the announced one.", "image/jpeg"),
        ["PresignRequest.contentType"] = new("The media type. Case and parameters are ignored; if it is empty or application/octet-stream, the extension of filename gives the type.", "image/jpeg"),
        ["size"] = new("Bytes of the uploaded file.", 2_190_194),
        ["fileSize"] = new("Bytes of the file.", 2_190_194),
        ["profile"] = new("The profile, which defines the variants.", "web"),
        ["sha256"] = new("SHA-256 of the bytes, 64 hex digits.", Sha256),
        ["width"] = new("Pixels.", 640),
        ["height"] = new("Pixels.", 480),
        ["frames"] = new("Frames of an animation; 1 for a still picture.", 1),
        ["placeholder"] = new("A preview to show before the first variant has loaded.", null),
        ["thumbHash"] = new("ThumbHash in base64.", "3OcRJYB4d3h/iIeHeEh3eIhw+j2w"),
        ["dataUrl"] = new("A tiny blurred picture as a data URI.", "data:image/webp;base64,UklGRg=="),
        ["color"] = new("The dominant colour.", "#102030"),
        ["focalPoint"] = new("The point that crops keep in view.", null),
        ["x"] = new("From 0, the left edge, to 1, the right edge.", 0.25),
        ["y"] = new("From 0, the top edge, to 1, the bottom edge.", 0.4),
        ["perceptualHash"] = new("64 bits as 16 hex digits; the fewer bits differ, the more similar two pictures are.", "c3a5e1f00f1e5a3c"),
        ["stale"] = new("Whether the workers would make other variants today; a reprocess makes them.", false),
        ["variants"] = new("The published variants.", null),
        ["rejection"] = new("The reason of the rejection; omitted unless the file was rejected.", null),
        ["failure"] = new("The reason of the last failed attempt; omitted if none failed.", null),
        ["work"] = new("A newer revision of a ready asset that is being processed.", null),
        ["createdAt"] = new("When the upload URL was requested.", Time),
        ["confirmedAt"] = new("When the upload was confirmed.", Time),
        ["readyAt"] = new("When the variants were published.", Time),
        ["updatedAt"] = new("When the asset last changed.", Time),
        ["success"] = new("Always true.", true),
        ["key"] = new("The key of the upload; confirm accepts it instead of the id.", Key),
        ["VariantView.key"] = new("The key of the object.", VariantKey),
        ["RejectionView.code"] = new("The stable code.", RejectionCode.Corrupt, Constants(typeof(RejectionCode))),
        ["FailureView.code"] = new("The stable code.", FailureCode.ScannerUnavailable, Constants(typeof(FailureCode))),
        ["reason"] = new("A sentence for people.", "The file does not decode."),
        ["attempts"] = new("Number of attempts.", 1),
        ["attempt"] = new("Counts from 1.", 1),
        ["nextAttemptAt"] = new("The time of the next attempt; omitted while an attempt runs and after the last one.", Time),
        ["nextRevision"] = new("The revision that follows, if one was requested meanwhile.", 3),
        ["uploadUrl"] = new("The URL to PUT the bytes to. Keep it secret until expiresAt.", $"https://storage.example.com/{Key}?signature=abc"),
        ["method"] = new("The method to use.", "PUT", ["PUT"]),
        ["headers"] = new("The headers to send with the PUT.", new JsonObject { ["Content-Type"] = "image/jpeg" }),
        ["publicUrl"] = new("Shows the image once the asset is ready.", $"https://uploads.example.com/api/assets/{Examples.Id}/image"),
        ["expiresIn"] = new("Validity of the URL in seconds.", 300),
        ["expiresAt"] = new("The time at which the URL expires.", Time),
        ["distance"] = new("Number of differing bits between the 64-bit perceptual hashes.", 2),
        ["asset"] = new("The other asset.", null),
        ["events"] = new("The events, the oldest first.", null),
        ["at"] = new("When.", Time),
        ["kind"] = new("A stable identifier; more may be added.", "confirmed"),
        ["detail"] = new("A sentence for people.", "The upload was confirmed."),
        ["name"] = new("Such as w640 for a width or 64x64 for a box; original for the clean original.", "w640"),
        ["format"] = new("The format.", "webp", VariantChoice.Formats),
        ["bytes"] = new("Size of the variant in bytes.", 48_211),
        ["url"] = new("The public URL.", $"https://images.example.com/{VariantKey}"),
        ["animated"] = new("true for an animation; omitted otherwise.", true),
    };

    public static string? OfSchema(string name) => OfSchemas.GetValueOrDefault(name);

    /// <summary>Adds the note to the field's schema. A reference stays a reference and gets only the description.</summary>
    public static IOpenApiSchema WithNote(string schema, string field, IOpenApiSchema property)
    {
        if (!OfFields.TryGetValue($"{schema}.{field}", out var note) && !OfFields.TryGetValue(field, out note)) return property;
        switch (property)
        {
            case OpenApiSchemaReference reference:
                reference.Description = note.Description;
                return reference;
            case OpenApiSchema own:
                own.Description ??= note.Description;
                if (note.Example is { } example) own.Examples ??= [example.DeepClone()];
                if (note.Words is { } words) own.Enum = [.. words.Select(word => (JsonNode)word)];
                return own;
            default:
                return property;
        }
    }

    private static string[] Constants(Type codes) =>
        [.. codes.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];

    private sealed record Note(string Description, JsonNode? Example, string[]? Words = null);
}
