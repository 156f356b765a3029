using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.Assets.Uploads.Multipart;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Http.Idempotency;
using Pipeline.UploadApi.Uploads;

namespace Pipeline.UploadApi.Multipart;

/// <summary>The routes below <c>/api/upload/multipart</c>: a large file in parts.</summary>
internal sealed class MultipartEndpoint(
    BeginMultipart begin, SignParts sign, ReadMultipart read, CompleteMultipart complete, AbortMultipart abort,
    IOptions<UploadOptions> options, ApiAddress address, TimeProvider time)
{
    public async Task<IResult> BeginAsync(BeginMultipartRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (request is { Id: not null, DescribesFile: true }) return Invalid("id", "names an upload that describes its file already: leave out the other fields");
        var result = request.Id is { } id
            ? await begin.RunAsync(id, user.ToCaller(), cancellationToken)
            : await begin.RunAsync(request.ToUpload(), user.ToCaller(), plan: null, cancellationToken);
        return result is BeginMultipartResult.Begun begun
            ? Results.Ok(MultipartResponse.Of(begun.Asset, options.Value, address, time.GetUtcNow()))
            : Refused(result, options.Value, time.GetUtcNow());
    }

    /// <summary>The same upload, as long as it waits for its parts.</summary>
    public async Task<IResult> RepeatAsync(RepeatedRequest repeat)
    {
        var result = await begin.RunAsync(repeat.Record.ResourceId, repeat.Caller, repeat.Aborted);
        return result switch
        {
            BeginMultipartResult.Begun begun => Results.Ok(MultipartResponse.Of(begun.Asset, options.Value, address, time.GetUtcNow())),
            BeginMultipartResult.AlreadyConfirmed => Problem.AlreadyConfirmed(repeat.Record.ResourceId).ToResult(),
            _ => Refused(result, options.Value, time.GetUtcNow()),
        };
    }

    public async Task<IResult> SignAsync(Guid id, SignPartsRequest request, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        if (request.Parts is not { Count: >= 1 and <= SignParts.MaxParts } numbers) return Invalid("parts", $"must be 1 to {SignParts.MaxParts} numbers of parts");
        if (numbers.Distinct().Count() < numbers.Count) return Invalid("parts", "must name each part only once");
        return await sign.RunAsync(id, numbers, user.ToCaller(), cancellationToken) switch
        {
            SignPartsResult.Issued signed => Results.Ok(new SignPartsResponse(
                [.. signed.Parts.Select(part => new PartUrl(part.Number, part.Length, part.Put.Url, part.Put.Method, part.Put.Headers))],
                options.Value.UrlSeconds,
                signed.Parts.Min(part => part.Put.ExpiresAt))),
            SignPartsResult.NoSuchPart none => NoSuchPart(none),
            SignPartsResult.Refused refused => Problem.Of(refused.Why).ToResult(),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };
    }

    public async Task<IResult> StateAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var (state, refusal) = await read.RunAsync(id, user.ToCaller(), cancellationToken);
        return state is var (asset, plan, parts, end)
            ? Results.Ok(new MultipartStateView(
                asset.Id, asset.IncomingKey, AssetView.Word(asset.Status), plan.FileSize, plan.PartSize, plan.Count,
                [.. parts.Arrived.Select(part => new ArrivedPart(part.Number, part.Size))], parts.Missing, end))
            : Problem.Of(refusal!.Value).ToResult();
    }

    public async Task<IResult> CompleteAsync(Guid id, CompleteMultipartRequest? request, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await complete.RunAsync(id, request?.OriginalFilename, user.ToCaller(), cancellationToken) switch
        {
            CompleteMultipartResult.Stored { Confirm: var confirm } => ConfirmEndpoint.Answer(confirm),
            CompleteMultipartResult.PartsMissing missing => Problem.PartsMissing(missing.Numbers).ToResult(),
            CompleteMultipartResult.Refused refused => Problem.Of(refused.Why).ToResult(),
            CompleteMultipartResult.Changing => Problem.Unavailable().ToResult(retryAfterSeconds: 1),
            var other => throw new InvalidOperationException($"No answer for {other.GetType().Name}."),
        };

    public async Task<IResult> AbortAsync(Guid id, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await abort.RunAsync(id, user.ToCaller(), cancellationToken) switch
        {
            null => Results.NoContent(),
            MultipartRefusal.AlreadyConfirmed => Problem.NotAbortable().ToResult(),
            var refusal => Problem.Of(refusal.Value).ToResult(),
        };

    internal static IResult Refused(BeginMultipartResult result, UploadOptions options, DateTimeOffset now) => result switch
    {
        BeginMultipartResult.Refused refused => Problem.Of(refused.Why).ToResult(),
        BeginMultipartResult.NoRoom full => Problem.Of(full.Why, options, now),
        BeginMultipartResult.NotFound => Problem.NotFound().ToResult(),
        BeginMultipartResult.Expired => Problem.UploadExpired().ToResult(),
        BeginMultipartResult.AlreadyConfirmed => Problem.AlreadyConfirmed().ToResult(),
        _ => throw new InvalidOperationException($"No answer for {result.GetType().Name}."),
    };

    internal static IResult NoSuchPart(SignPartsResult.NoSuchPart none, string field = "parts") =>
        Invalid(field, $"must be from 1 to {none.Count}, which is the last part of this upload");

    internal static IResult Invalid(string field, string error) =>
        Problem.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [error] }).ToResult();
}
