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
        ["ConfirmResponse"] = "The upload is confirmed and will be processed.", ["ConfirmRequest"] = "Names an upload.", ["FailureView"] = "Why processing failed; the server's fault.",
        ["FocalPointRequest"] = "What crops keep in view, as a person sees the image.", ["FocalPointResponse"] = "The revision that is made with the focal point.",
        ["PresignRequest"] = "The file that is about to be uploaded.", ["PresignResponse"] = "Where and how to upload the file.", ["RejectionView"] = "Why the file was rejected; final.",
        ["ReprocessResponse"] = "The revision that this request is part of.", ["SimilarAsset"] = "An asset that looks alike.", ["SimilarPage"] = "Assets that look alike, the nearest first.",
        ["Timeline"] = "What happened to an asset, the oldest first.", ["TimelineEvent"] = "One thing that happened.", ["VariantView"] = "One published picture.", ["WorkView"] = "A newer revision that is in work.",
        ["FocalPoint"] = "What crops keep in view.", ["Placeholder"] = "What a page shows before the first variant has loaded.",
    };

    private static readonly Dictionary<string, Note> OfFields = new(StringComparer.Ordinal)
    {
        ["id"] = new("The asset.", Examples.Id),
        ["items"] = new("The assets.", null),
        ["nextCursor"] = new("Asks for the next page; left out at the end.", "0191e9a0000070008000000000000000"),
        ["status"] = new("The state.", "ready", [.. Enum.GetValues<AssetStatus>().Select(AssetView.Word)]),
        ["WorkView.status"] = new("Whether it waits for a worker or is with one.", "queued", ["queued", "processing"]),
        ["ConfirmResponse.status"] = new("The state.", "queued", [.. Enum.GetValues<AssetStatus>().Select(AssetView.Word)]),
        ["revision"] = new("The revision.", 1),
        ["filename"] = new("The file's name, as it was sent.", "beach.jpg"),
        ["originalFilename"] = new("Another name for the file.", "beach.jpg"),
        ["contentType"] = new("The media type.", "image/jpeg"),
        ["AssetView.contentType"] = new("The media type that was found in the bytes; before they were looked at, the one that was claimed.", "image/jpeg"),
        ["PresignRequest.contentType"] = new("The media type. Case and parameters do not count; where it is empty or application/octet-stream, the extension of filename tells.", "image/jpeg"),
        ["size"] = new("Bytes of the uploaded file.", 2_190_194),
        ["fileSize"] = new("Bytes of the file.", 2_190_194),
        ["profile"] = new("The profile that names the variants.", "web"),
        ["sha256"] = new("SHA-256 of the bytes, 64 hex digits.", Sha256),
        ["width"] = new("Pixels.", 640),
        ["height"] = new("Pixels.", 480),
        ["frames"] = new("Frames of an animation; 1 for a still picture.", 1),
        ["placeholder"] = new("What a page shows before the first variant has loaded.", null),
        ["thumbHash"] = new("ThumbHash in base64.", "3OcRJYB4d3h/iIeHeEh3eIhw+j2w"),
        ["dataUrl"] = new("A tiny blurred picture as a data URI.", "data:image/webp;base64,UklGRg=="),
        ["color"] = new("The dominant colour.", "#102030"),
        ["focalPoint"] = new("What crops keep in view.", null),
        ["x"] = new("From the left edge, 0, to the right, 1.", 0.25),
        ["y"] = new("From the top edge, 0, to the bottom, 1.", 0.4),
        ["perceptualHash"] = new("16 hex digits; the fewer of their bits differ, the more two pictures look alike.", "c3a5e1f00f1e5a3c"),
        ["stale"] = new("The workers would make other variants of it today; a reprocess brings them.", false),
        ["variants"] = new("The published variants.", null),
        ["rejection"] = new("Why the file was rejected; only there if it was.", null),
        ["failure"] = new("Why the last attempt failed; only there if one did.", null),
        ["work"] = new("A newer revision of a ready asset, while it is in work.", null),
        ["createdAt"] = new("When the upload was asked for.", Time),
        ["confirmedAt"] = new("When the upload was confirmed.", Time),
        ["readyAt"] = new("When the variants were published.", Time),
        ["updatedAt"] = new("When something changed last.", Time),
        ["success"] = new("Always true.", true),
        ["key"] = new("The key of the upload; confirm takes it in place of the id.", Key),
        ["VariantView.key"] = new("The key of the object.", VariantKey),
        ["RejectionView.code"] = new("The stable code.", RejectionCode.Corrupt, Constants(typeof(RejectionCode))),
        ["FailureView.code"] = new("The stable code.", FailureCode.ScannerUnavailable, Constants(typeof(FailureCode))),
        ["reason"] = new("A sentence for people.", "The file does not decode."),
        ["attempts"] = new("How often it was tried.", 1),
        ["attempt"] = new("Counts from 1.", 1),
        ["nextAttemptAt"] = new("When it is tried again; left out if it is in work or given up.", Time),
        ["nextRevision"] = new("The revision that follows, if one was asked for meanwhile.", 3),
        ["uploadUrl"] = new("Where to PUT the bytes. A secret until expiresAt.", $"https://storage.example.com/{Key}?signature=abc"),
        ["method"] = new("The method to use.", "PUT", ["PUT"]),
        ["headers"] = new("All headers that must be sent with the PUT.", new JsonObject { ["Content-Type"] = "image/jpeg" }),
        ["publicUrl"] = new("Where the image can be seen once the asset is ready.", $"https://uploads.example.com/api/assets/{Examples.Id}/image"),
        ["expiresIn"] = new("Seconds for which the URL is valid.", 300),
        ["expiresAt"] = new("The same as a time.", Time),
        ["distance"] = new("How many of the 64 bits of the perceptual hashes differ.", 2),
        ["asset"] = new("The other asset.", null),
        ["events"] = new("What happened, the oldest first.", null),
        ["at"] = new("When.", Time),
        ["kind"] = new("A stable word; further ones may be added.", "confirmed"),
        ["detail"] = new("A sentence for people.", "The upload was confirmed."),
        ["name"] = new("A width, a box, or original.", "w640"),
        ["format"] = new("The format.", "webp", VariantChoice.Formats),
        ["bytes"] = new("Bytes of the picture.", 48_211),
        ["url"] = new("Where everyone can read it.", $"https://images.example.com/{VariantKey}"),
        ["animated"] = new("Only there, and true, where it moves.", true),
    };

    public static string? OfSchema(string name) => OfSchemas.GetValueOrDefault(name);

    /// <summary>Adds the note to the field's schema. A reference stays a reference and gets only the description.</summary>
    public static IOpenApiSchema Noted(string schema, string field, IOpenApiSchema property)
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
