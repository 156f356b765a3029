using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Uploads;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;

namespace Pipeline.UploadApi.Uploads;

/// <param name="Files">1 to 100 files.</param>
/// <param name="Temporary">Whether the assets are temporary, unless a file says otherwise.</param>
/// <param name="Visibility">Who sees the variants, unless a file says otherwise.</param>
/// <param name="AutoConfirm">Whether the arrival of a file confirms it, unless a file says otherwise.</param>
public sealed record PresignBatchRequest(IReadOnlyList<PresignRequest>? Files, bool? Temporary = null, string? Visibility = null, bool? AutoConfirm = null);

/// <param name="BatchId">The batch.</param>
/// <param name="Uploads">The uploads, in the order of the request.</param>
public sealed record PresignBatchResponse(Guid BatchId, IReadOnlyList<PresignResponse> Uploads);

/// <summary><c>POST /api/upload/presigned-urls</c>: issues the URLs of many files, or of none.</summary>
internal sealed partial class PresignBatchEndpoint(IssueBatch issue, SignBatchAgain again, IOptions<UploadOptions> options, ApiAddress address, TimeProvider time)
{
    private static readonly PresignRequest Nothing = new(null, null, null);

    public async Task<IResult> HandleAsync(PresignBatchRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (request.Files is not { Count: >= 1 and <= IssueBatch.MaxFiles } files)
            return Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["files"] = [$"must be 1 to {IssueBatch.MaxFiles} files"] }).ToResult();

        // JSON may hold null in place of a file.
        var uploads = files.Select(file => (file ?? Nothing).ToUpload(request)).ToList();
        return await issue.RunAsync(uploads, user.ToCaller(), cancellationToken) switch
        {
            IssueBatchResult.Issued issued => Answer(issued.BatchId, issued.Uploads),
            IssueBatchResult.Refused refused => Problem.Of(refused.Files).ToResult(),
            IssueBatchResult.NoRoom full => Problem.Of(full.Why, options.Value, time.GetUtcNow(), uploads.Count),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };
    }

    /// <summary>Names each file that would be refused, not only those with values of the wrong kind.</summary>
    /// <returns>Null if an error is outside the list of files.</returns>
    public static ProblemDetails? Describe(JsonElement body, IReadOnlyDictionary<string, string[]> errors, JsonSerializerOptions json, IServiceProvider services)
    {
        if (errors.Keys.Any(field => !InFile().IsMatch(field))) return null;
        var files = body.EnumerateObject().Last(member => member.Name.Equals("files", StringComparison.OrdinalIgnoreCase)).Value;
        if (files.ValueKind != JsonValueKind.Array || files.GetArrayLength() > IssueBatch.MaxFiles) return null;
        var (policy, refused) = (services.GetRequiredService<UploadPolicy>(), new List<RefusedFile>());
        foreach (var (index, file) in files.EnumerateArray().Index())
        {
            var start = $"files[{index}]";
            var wrong = errors.Where(error => error.Key.StartsWith(start, StringComparison.Ordinal)).ToDictionary(error => error.Key[start.Length..].TrimStart('.'), error => error.Value, StringComparer.Ordinal);
            if (file.ValueKind is JsonValueKind.Object or JsonValueKind.Null)
            {
                // The fields that can be read are judged, too.
                IEnumerable<JsonProperty> members = file.ValueKind == JsonValueKind.Object ? file.EnumerateObject() : [];
                var readable = new JsonObject(members.Where(member => !IsWrong(member.Name, wrong)).DistinctBy(member => member.Name, StringComparer.OrdinalIgnoreCase)
                    .Select(member => KeyValuePair.Create(member.Name, (JsonNode?)JsonNode.Parse(member.Value.GetRawText()))));
                switch (policy.Judge(readable.Deserialize<PresignRequest>(json)!.ToUpload()))
                {
                    case UploadRefusal.Invalid invalid:
                        foreach (var (field, error) in invalid.Errors) wrong.TryAdd(field, error);
                        break;
                    case { } why when wrong.Count == 0:
                        refused.Add(new RefusedFile(index, why));
                        break;
                }
            }

            if (wrong.Count > 0) refused.Add(new RefusedFile(index, new UploadRefusal.Invalid(wrong)));
        }

        return Problem.Of(refused);

        static bool IsWrong(string name, Dictionary<string, string[]> wrong) =>
            wrong.Keys.Any(field => field.Split('.', '[')[0].Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"\Afiles\[\d+\]", RegexOptions.NonBacktracking)]
    private static partial Regex InFile();

    /// <summary>The same uploads with new URLs, as long as all wait for their bytes.</summary>
    public async Task<IResult> RepeatAsync(RepeatedRequest repeat)
    {
        var (batchId, files) = (repeat.Record.ResourceId, repeat.Body<PresignBatchRequest>().Files!);
        return await again.RunAsync(batchId, [.. files.Select(file => file.ContentType)], repeat.Caller, repeat.Aborted) switch
        {
            SignBatchAgainResult.Issued issued => Answer(batchId, issued.Uploads),
            SignBatchAgainResult.NotPending others => Problem.BatchNotPending(batchId, others.Statuses).ToResult(),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };
    }

    private IResult Answer(Guid batchId, IEnumerable<SignedUpload> uploads) =>
        Results.Ok(new PresignBatchResponse(batchId, [.. uploads.Select(upload => PresignResponse.Of(upload, options.Value, address))]));
}
