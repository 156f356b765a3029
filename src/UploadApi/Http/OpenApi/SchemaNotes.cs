using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Limits;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Webhooks;
using Pipeline.Contracts;
using Pipeline.UploadApi.Webhooks;

namespace Pipeline.UploadApi.Http.OpenApi;

/// <summary>Describes each field: its meaning, an example, and its values if they are a closed set.</summary>
internal static class SchemaNotes
{
    private const string Sha256 = "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b";
    private const string Key = "uploads/ada/1793000000000-0123456789abcdef.jpg";
    private const string VariantKey = "assets/0e/0191e9a0-0000-7000-8000-00000000000e/5f2c7a91/w640.webp";
    private const string Time = "2026-01-31T12:00:00Z";

    private const string WebhookUrl = "https://example.com/hooks/pipeline";

    private static readonly JsonArray ReadyOnly = [EventType.Ready];

    private static readonly Dictionary<string, string> OfSchemas = new(StringComparer.Ordinal)
    {
        ["AssetPage"] = "One page of your assets. The newest come first.", ["AssetView"] = "An asset with its upload and its variants. A field is missing if its value is unknown or does not apply.",
        ["ConfirmResponse"] = "The upload is confirmed and will be processed.", ["ConfirmRequest"] = "Names an upload.", ["FailureView"] = "The reason of a failure of the server.",
        ["FocalPointRequest"] = "The point that crops keep in view, as fractions of the upright image.", ["FocalPointResponse"] = "The revision that is made with the focal point.",
        ["PresignRequest"] = "The file to upload.", ["PresignResponse"] = "The upload URL and the headers to send.", ["RejectionView"] = "The reason of a rejection, which is final.",
        ["ReprocessResponse"] = "The revision that serves this request.", ["SimilarAsset"] = "An asset that looks alike.", ["SimilarPage"] = "Assets that look alike, the nearest first.",
        ["Timeline"] = "The events of an asset, the oldest first.", ["TimelineEvent"] = "An event of an asset.", ["VariantView"] = "A published variant.", ["WorkView"] = "A newer revision that is being processed.",
        ["EventPage"] = "Your events, the oldest first.", ["EventView"] = "An event.", ["TicketRequest"] = "The stream to open.", ["TicketResponse"] = "A ticket that opens the stream once.",
        ["PresignBatchRequest"] = "The files to upload.", ["PresignBatchResponse"] = "The batch and its upload URLs, in the order of the request.",
        ["AssetIdsRequest"] = "Names 1 to 100 assets.", ["ItemError"] = "Why the request failed for one asset.", ["BatchViewOfAssetView"] = "A batch with its assets, in the order of the request.",
        ["ConfirmBatchResponse"] = "One result for each id, in the order of the request.", ["ConfirmBatchResult"] = "Whether an upload is confirmed.",
        ["KeepResponse"] = "One result for each id, in the order of the request.", ["KeptAsset"] = "Whether an asset is kept.",
        ["BeginMultipartRequest"] = "The file to upload in parts, or the id of an upload that was requested before.", ["MultipartResponse"] = "An upload that waits for its parts.",
        ["SignPartsRequest"] = "Names 1 to 100 parts.", ["SignPartsResponse"] = "One URL for each part, in the order of the request.", ["PartUrl"] = "The request that brings one part.",
        ["MultipartStateView"] = "Which parts have arrived.", ["ArrivedPart"] = "A part that has arrived.", ["CompleteMultipartRequest"] = "Options of the confirm.", ["MultipartAdvice"] = "How a large file can be sent in parts.",
        ["SignRequest"] = "What Uppy passes to signRequest; an app may add what it knows of the file.", ["SignResponse"] = "What Uppy expects from signRequest.",
        ["WebhookList"] = "Your webhooks.", ["WebhookView"] = "A URL that gets your events by POST. A field is missing if it does not apply.", ["NewWebhook"] = "A new webhook with its signing secret.",
        ["CreateWebhookRequest"] = "The webhook to add.", ["ChangeWebhookRequest"] = "What to change. A field that you leave out stays as it is.", ["RotatedSecret"] = "The new signing secret.",
        ["TestWebhookRequest"] = "The event to send.", ["WebhookTestResult"] = "What the webhook answered.", ["ReplayRequest"] = "Which deliveries to send again; all of the webhook if it is empty.",
        ["ReplayedDeliveries"] = "The deliveries that are sent again.", ["DeliveryPage"] = "One page of deliveries. The newest come first.", ["DeliveryView"] = "An event for a webhook.", ["DeliveryAttemptView"] = "One try of a delivery.",
        ["LimitsResponse"] = "The files that you may upload, and the rest of each limit.", ["AcceptedType"] = "A media type that an upload may claim.", ["QuotaView"] = "A limit, and how much of it is used.",
        ["PendingView"] = "The uploads that are not confirmed.", ["AmountView"] = "A limit, and how much of it is used.", ["RateLimitView"] = "How many requests for upload URLs are served.",
        ["DownloadResponse"] = "A URL that reads one file until it expires.", ["PictureView"] = "An asset as an HTML picture.", ["ChangeAssetRequest"] = "What to change.", ["StoreEventResponse"] = "What came of the notification.",
        ["FocalPoint"] = "The point that crops keep in view.", ["Placeholder"] = "A preview to show before the first variant has loaded.",
    };

    private static readonly Dictionary<string, FieldNote> OfFields = new(StringComparer.Ordinal)
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
        ["removed"] = new("The kinds of metadata that the original has and the variants do not: exif, gps, xmp, iptc, comment, thumbnail; more may be added. gps: the file names the place where the photo was taken; the place itself is shown nowhere. Omitted before the first publication, and for publications of earlier versions.", new JsonArray("exif", "gps")),
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
        ["staleReason"] = new("settings: the profile has other settings today; engine: only the imaging engine has another version. Omitted unless stale.", StaleWords.Settings, [.. StaleWords.All]),
        ["variants"] = new("The published variants.", null),
        ["rejection"] = new("The reason of the rejection; omitted unless the file was rejected.", null),
        ["failure"] = new("The reason of the last failed attempt; omitted if none failed.", null),
        ["work"] = new("A newer revision of a ready asset that is being processed.", null),
        ["sequence"] = new("Grows with each change, with gaps. Of two states of one asset the one with the larger sequence is newer.", 7),
        ["batchId"] = new("The batch that the upload was requested in; omitted without one.", Examples.BatchId),
        ["temporary"] = new("true if the asset is deleted some time after it is ready, unless you keep it; omitted otherwise.", true),
        ["PresignRequest.temporary"] = new("true: the asset is deleted some time after it is ready, unless you keep it.", true),
        ["PresignBatchRequest.temporary"] = new("The same for all files that have no field temporary of their own.", true),
        ["visibility"] = new("Who sees the variants. public: everyone; private: the owner and admins, by URLs that expire.", "public", [.. VisibilityWords.All]),
        ["PresignBatchRequest.visibility"] = new("The same for all files that have no field visibility of their own.", "public", [.. VisibilityWords.All]),
        ["autoConfirm"] = new("true: the arrival of the file confirms it within a minute.", true),
        ["PresignBatchRequest.autoConfirm"] = new("The same for all files that have no field autoConfirm of their own.", true),
        ["DownloadResponse.url"] = new("Reads the file without a token. Keep it secret until expiresAt.", $"https://storage.example.com/{VariantKey}?signature=abc"),
        ["srcset"] = new("The value of srcset by format.", new JsonObject { ["webp"] = $"https://images.example.com/{VariantKey} 640w" }),
        ["sizes"] = new("The value of sizes.", "100vw"),
        ["html"] = new("A picture element; all values are escaped.", $"<picture><img src=\"https://images.example.com/{VariantKey}\" width=\"640\" height=\"480\" alt=\"\" loading=\"lazy\" decoding=\"async\"></picture>"),
        ["received"] = new("Events in the notification.", 1),
        ["confirmed"] = new("Uploads that this notification confirmed.", 1),
        ["files"] = new("1 to 100 files.", null),
        ["uploads"] = new("The uploads, in the order of the request.", null),
        ["ids"] = new("1 to 100 ids. An id that occurs twice gets two results.", new JsonArray(Examples.Id)),
        ["results"] = new("One result for each id, in the order of the request.", null),
        ["ConfirmBatchResult.success"] = new("Whether the upload is confirmed, by this request or an earlier one.", true),
        ["ConfirmBatchResult.status"] = new("The state; omitted on an error.", "queued", [.. Enum.GetValues<AssetStatus>().Select(AssetView.Word)]),
        ["KeptAsset.success"] = new("Whether the asset is kept. true also for an asset that was not temporary.", true),
        ["ConfirmBatchResult.error"] = new("The reason; omitted on success.", null),
        ["KeptAsset.error"] = new("The reason; omitted on success.", null),
        ["ItemError.code"] = new("The code that a request for this asset alone would get.", "upload_missing", ["not_found", "upload_missing", "upload_mismatch", "too_large", "upload_expired", "unavailable"]),
        ["ItemError.detail"] = new("A sentence for people.", "The file has not arrived yet."),
        ["BatchViewOfAssetView.status"] = new("pending: no upload is confirmed; completed: all assets were final; processing: between these.", "completed", ["pending", "processing", "completed"]),
        ["outcome"] = new("What came of a completed batch; omitted before.", "all_ready", ["all_ready", "some_ready", "none_ready"]),
        ["total"] = new("How many uploads were requested.", 1),
        ["byStatus"] = new("The number of assets in each state that occurs.", new JsonObject { ["ready"] = 1 }),
        ["completedAt"] = new("When the last asset became final; omitted before.", Time),
        ["assets"] = new("The assets, in the order of the request.", null),
        ["deleteAt"] = new("When a temporary asset is deleted; omitted until it is ready.", Time),
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
        ["multipart"] = new("Advice for a large file: begin a multipart upload with this id. Omitted for smaller files.", null),
        ["partSize"] = new("Bytes of every part except the last, which has the rest.", 5_242_880), ["partCount"] = new("Number of parts.", 4),
        ["BeginMultipartRequest.id"] = new("An upload that was requested as a single PUT; leave the other fields out.", null),
        ["MultipartResponse.expiresIn"] = new("Seconds until the upload is given up unless it is completed.", 86_400), ["MultipartResponse.expiresAt"] = new("When the upload is given up unless it is completed.", Time),
        ["SignPartsRequest.parts"] = new("The numbers of the parts, from 1.", new JsonArray(1, 2, 3)), ["SignPartsResponse.parts"] = new("The URLs, in the order of the request.", null),
        ["SignPartsResponse.expiresIn"] = new("Validity of the URLs in seconds.", 300), ["SignPartsResponse.expiresAt"] = new("The time at which the first URL expires.", Time),
        ["PartUrl.url"] = new("Where to PUT the bytes of the part.", $"https://storage.example.com/{Key}?partNumber=1&uploadId=2~x&signature=abc"),
        ["PartUrl.size"] = new("The exact length of the part in bytes, which is signed; the largest one if the size of the file was not told.", 5_242_880), ["PartUrl.headers"] = new("The headers to send with the PUT.", new JsonObject()),
        ["MultipartStateView.status"] = new("The state of the asset; pending until the upload is completed.", "pending", [.. Enum.GetValues<AssetStatus>().Select(AssetView.Word)]),
        ["MultipartStateView.parts"] = new("The parts that have arrived with the right size.", null), ["missing"] = new("The numbers of all other parts.", new JsonArray(2, 3)), ["ArrivedPart.size"] = new("Bytes of the part.", 5_242_880),
        ["MultipartStateView.expiresAt"] = new("When the upload is given up unless it is completed.", Time),
        ["SignRequest.method"] = new("The method of the S3 request.", "PUT", ["PUT", "POST", "GET", "DELETE"]),
        ["SignRequest.key"] = new("The key that Uppy proposes, best as {size}/{name}, because then the length is signed; later the key of an earlier answer.", "2190194/beach.jpg"),
        ["SignRequest.fileSize"] = new("Bytes of the file, if the key does not tell it. Without it the largest allowed size is reserved until the confirm.", 2_190_194), ["SignRequest.filename"] = new("The file's name, if the key does not tell it.", "beach.jpg"),
        ["uploadId"] = new("The multipart upload, as Uppy got it.", null), ["partNumber"] = new("The part, from 1.", null),
        ["SignResponse.url"] = new("Where to send the request.", $"https://storage.example.com/{Key}?signature=abc"), ["SignResponse.headers"] = new("The headers to send.", new JsonObject { ["Content-Type"] = "image/jpeg" }),
        ["distance"] = new("Number of differing bits between the 64-bit perceptual hashes.", 2),
        ["asset"] = new("The other asset.", null),
        ["ConfirmResponse.asset"] = new("The asset, if the request waited for it.", null),
        ["EventView.id"] = new("The event; the same on all roads.", Examples.EventId),
        ["EventPage.nextCursor"] = new("The cursor of the events that follow; omitted while you have no event.", Examples.EventId),
        ["type"] = new("The type; more may be added.", EventType.Ready),
        ["timestamp"] = new("When it happened.", Time),
        ["EventView.sequence"] = new("Grows with each event of an asset: an event with a smaller one is late.", 5),
        ["data"] = new("The asset or batch as the change left it, as a GET shows it.", new JsonObject { ["id"] = Examples.Id, ["status"] = "ready" }),
        ["stream"] = new("The path of the stream.", "/api/events/stream"),
        ["ticket"] = new("The ticket. Keep it secret until it is used.", Examples.Ticket),
        ["TicketResponse.url"] = new("The stream with the ticket.", $"https://uploads.example.com/api/events/stream?ticket={Examples.Ticket}"),
        ["events"] = new("The events, the oldest first.", null),
        ["at"] = new("When.", Time),
        ["kind"] = new("A stable identifier; more may be added.", "confirmed"),
        ["detail"] = new("A sentence for people.", "The upload was confirmed."),
        ["name"] = new("Such as w640 for a width or 64x64 for a box; original for the clean original.", "w640"),
        ["format"] = new("The format.", "webp", VariantChoice.Formats),
        ["bytes"] = new("Size of the variant in bytes.", 48_211),
        ["VariantView.url"] = new("The public URL; omitted for a private asset.", $"https://images.example.com/{VariantKey}"),
        ["url"] = new("The public URL.", $"https://images.example.com/{VariantKey}"),
        ["WebhookView.id"] = new("The webhook.", Examples.WebhookId), ["NewWebhook.id"] = new("The webhook.", Examples.WebhookId), ["RotatedSecret.id"] = new("The webhook.", Examples.WebhookId),
        ["WebhookList.items"] = new("The webhooks, the oldest first; at most 20.", null),
        ["WebhookView.url"] = new("Where events are sent.", WebhookUrl), ["NewWebhook.url"] = new("Where events are sent.", WebhookUrl),
        ["CreateWebhookRequest.url"] = new("Where to send events: an https URL without user, password and fragment.", WebhookUrl), ["ChangeWebhookRequest.url"] = new("Where to send events.", WebhookUrl),
        ["WebhookView.events"] = new("The types of events that are sent; empty for all.", ReadyOnly.DeepClone(), [.. EventType.All]), ["NewWebhook.events"] = new("The types of events that are sent; empty for all.", ReadyOnly.DeepClone(), [.. EventType.All]),
        ["CreateWebhookRequest.events"] = new("The types of events to send; none for all.", ReadyOnly.DeepClone(), [.. EventType.All]), ["ChangeWebhookRequest.events"] = new("The types of events to send; an empty list for all.", ReadyOnly.DeepClone(), [.. EventType.All]),
        ["description"] = new("A note for people, at most 200 characters.", "Production"),
        ["enabled"] = new("false disables the webhook; true makes it active, and sends what it missed.", true),
        ["WebhookView.status"] = new("active: events are sent; paused: it failed for five days and is tried each hour; disabled: nothing is sent until you enable it.", "active", ["active", "paused", "disabled"]),
        ["NewWebhook.status"] = new("The state.", "active", ["active"]),
        ["disabledReason"] = new("by_owner: you disabled it; gone: it answered 410. Omitted unless it is disabled.", "gone", ["by_owner", "gone"]),
        ["WebhookView.createdAt"] = new("When it was created.", Time), ["NewWebhook.createdAt"] = new("When it was created.", Time), ["WebhookView.updatedAt"] = new("When its settings or its state last changed.", Time),
        ["failingSince"] = new("The first failure with no success after it; omitted while it works. Five days after it the webhook is paused.", Time),
        ["pausedAt"] = new("When it was paused; omitted unless it is paused.", Time),
        ["nextProbeAt"] = new("When a paused webhook is tried next.", Time),
        ["previousSecretUntil"] = new("Until then the secret before the last rotation signs as well.", Time),
        ["secret"] = new("The signing secret: whsec_ and 32 bytes in base64. No other response shows it, so it is omitted if the request is repeated.", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"),
        ["WebhookTestResult.success"] = new("Whether the webhook answered 2xx.", true),
        ["WebhookTestResult.status"] = new("The HTTP status of the answer; omitted if none came.", 200), ["DeliveryAttemptView.status"] = new("The HTTP status of the answer; omitted if none came.", 200),
        ["ms"] = new("How long it took, in milliseconds.", 84),
        ["error"] = new("Why it failed; omitted after a success.", AttemptError.Timeout, Constants(typeof(AttemptError))),
        ["answer"] = new("The beginning of the answer, at most 1 KiB; omitted if there is none.", "OK"),
        ["TestWebhookRequest.type"] = new("The type of the event.", EventType.Ready, [.. EventType.All]), ["DeliveryView.type"] = new("The type of the event.", EventType.Ready, [.. EventType.All]),
        ["types"] = new("Only events of these types.", ReadyOnly.DeepClone(), [.. EventType.All]),
        ["from"] = new("Only events at or after this time.", Time), ["to"] = new("Only events before this time.", Time),
        ["ReplayRequest.status"] = new("Only deliveries in this state.", "failed", DeliveryWords.Words), ["DeliveryView.status"] = new("The state.", "delivered", DeliveryWords.Words),
        ["count"] = new("How many deliveries are sent again, at most 10,000.", 12),
        ["nextFrom"] = new("If there were more: the from of the next request.", Time),
        ["DeliveryPage.items"] = new("The deliveries.", null), ["DeliveryPage.nextCursor"] = new("The cursor of the next page; omitted on the last page.", Examples.EventId),
        ["DeliveryView.id"] = new("The id of the event, which each attempt has as webhook-id.", Examples.EventId),
        ["DeliveryView.nextAttemptAt"] = new("When it is sent next; omitted while it is sent and once it is delivered or failed.", Time),
        ["settledAt"] = new("When it became delivered or failed.", Time),
        ["DeliveryView.attempts"] = new("The last 50 attempts, the oldest first.", null),
        ["number"] = new("Counts from 1.", 1),
        ["tenantId"] = new("The tenant.", "default"),
        ["LimitsResponse.types"] = new("The media types that an upload may claim.", null), ["AcceptedType.contentType"] = new("The media type.", "image/jpeg"),
        ["extensions"] = new("The endings of file names of this type.", new JsonArray(".jpg", ".jpeg")),
        ["maxBytes"] = new("Size of the largest file in bytes.", 10_485_760), ["maxFiles"] = new("Most files in one batch.", 100),
        ["multipartFromBytes"] = new("Above this size a file is better sent in parts; omitted if no accepted file is as large.", 16_777_216),
        ["urlSeconds"] = new("Seconds for which an upload URL is valid.", 300),
        ["quotas"] = new("The limits of files and bytes.", null), ["pending"] = new("The uploads that are not confirmed.", null),
        ["PendingView.uploads"] = new("Their number.", null), ["PendingView.bytes"] = new("Their announced bytes.", null),
        ["rateLimits"] = new("How often upload URLs may be requested.", null),
        ["QuotaView.limit"] = new("The name.", LimitKind.All[2].Name, [.. LimitKind.All.Select(kind => kind.Name)]),
        ["used"] = new("The used amount.", 12), ["max"] = new("The limit; omitted if there is none.", 500), ["remaining"] = new("The rest of the limit; omitted without a limit.", 488),
        ["resetsAt"] = new("When the day ends, in UTC; omitted for storage.", Time),
        ["scope"] = new("user: each user for itself; tenant: all users of the tenant together.", "user", ["user", "tenant"]),
        ["requestsPerMinute"] = new("Requests in a minute.", 10), ["burst"] = new("Additional requests at once after a pause.", 0),
        ["animated"] = new("true for an animation; omitted otherwise.", true),
    };

    public static JsonNode StoreNotification() => new JsonObject
    {
        ["Records"] = new JsonArray(new JsonObject
        {
            ["eventName"] = "ObjectCreated:Put",
            ["s3"] = new JsonObject { ["object"] = new JsonObject { ["key"] = Key, ["size"] = 2_190_194 } },
        }),
    };

    public static string? OfSchema(string name) => OfSchemas.GetValueOrDefault(name) ?? OperatorNotes.Schemas.GetValueOrDefault(name)
        ?? InstallationNotes.Schemas.GetValueOrDefault(name) ?? RunNotes.Schemas.GetValueOrDefault(name) ?? OverviewNotes.Schemas.GetValueOrDefault(name);

    /// <summary>Adds the note to the field's schema. A reference stays a reference and gets only the description.</summary>
    public static IOpenApiSchema WithNote(string schema, string field, IOpenApiSchema property)
    {
        if (!OperatorNotes.Fields.TryGetValue($"{schema}.{field}", out var note) && !InstallationNotes.Fields.TryGetValue($"{schema}.{field}", out note)
            && !RunNotes.Fields.TryGetValue($"{schema}.{field}", out note) && !OverviewNotes.Fields.TryGetValue($"{schema}.{field}", out note)
            && !OfFields.TryGetValue($"{schema}.{field}", out note) && !OfFields.TryGetValue(field, out note)) return property;
        switch (property)
        {
            case OpenApiSchemaReference reference:
                reference.Description = note.Description;
                return reference;
            case OpenApiSchema own:
                own.Description ??= note.Description;
                if (note.Example is { } example) own.Examples ??= [example.DeepClone()];
                if (note.Words is { } words) (own.Items as OpenApiSchema ?? own).Enum = [.. words.Select(word => (JsonNode)word)];
                return own;
            default:
                return property;
        }
    }

    private static string[] Constants(Type codes) =>
        [.. codes.GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!)];

}
