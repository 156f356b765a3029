namespace Pipeline.Client;

/// <summary>The routes that uploads and the CLI use, one method each. Errors are <see cref="PipelineException"/>.</summary>
internal sealed class ApiClient(ApiChannel channel)
{
    /// <summary>The code of a refusal because too many uploads of the user are not confirmed yet.</summary>
    public const string TooManyPending = "too_many_pending";

    /// <summary>The code of a refusal because a limit of the day is used up. The wait can be hours, so it is the user's to decide.</summary>
    public const string QuotaExceeded = "quota_exceeded";

    /// <summary>The code of a refusal because the storage of the user or the tenant is full.</summary>
    public const string StorageFull = "storage_full";

    /// <summary>The code of a refusal because an upload is confirmed already.</summary>
    public const string AlreadyConfirmed = "already_confirmed";

    /// <summary>The code of a refusal because parts of an upload have not arrived.</summary>
    public const string PartsMissing = "parts_missing";

    /// <summary>
    /// Requests presigned uploads, all or none. A lost answer is requested again with the same key, so that the server does not reserve other uploads.
    /// Several files are refused at once with <see cref="TooManyPending"/>, because fewer files may fit; a single file waits as long as the server asks for.
    /// </summary>
    public async Task<PresignedBatch> PresignAsync(PresignBatchRequest request, CancellationToken cancellationToken, string? idempotencyKey = null)
    {
        var call = Call.Post("api/upload/presigned-urls", request, repeatable: true) with
        {
            NoWaitFor = request.Files.Count > 1 ? TooManyPending : null,
            IdempotencyKey = idempotencyKey ?? Guid.NewGuid().ToString(),
        };
        var batch = (await channel.AskAsync<PresignedBatch>(call, cancellationToken)).Value;
        return batch.Uploads.Count == request.Files.Count
            ? batch
            : throw PipelineException.Unexpected($"{channel.Whom} answered {batch.Uploads.Count} uploads for {request.Files.Count} files. Is this a Pipeline server of the same version?");
    }

    /// <summary>Requests a new URL for an upload that was presigned before.</summary>
    public async Task<PresignedUpload> SignAgainAsync(string id, CancellationToken cancellationToken) =>
        (await channel.AskAsync<PresignedUpload>(Call.Post($"api/upload/{Uri.EscapeDataString(id)}/url", repeatable: true), cancellationToken)).Value;

    /// <summary>Begins to send the file of a presigned upload in parts.</summary>
    public Task BeginPartsAsync(string id, CancellationToken cancellationToken) =>
        channel.TellAsync(Call.Post("api/upload/multipart", new { id }, repeatable: true), cancellationToken);

    /// <summary>Which parts the server has.</summary>
    public async Task<PartsState> PartsAsync(string id, CancellationToken cancellationToken) =>
        (await channel.AskAsync<PartsState>(Call.Get(PartsOf(id)), cancellationToken)).Value;

    /// <summary>Requests the URL of one part.</summary>
    public async Task<PartUrl> SignPartAsync(string id, int number, CancellationToken cancellationToken)
    {
        var signed = (await channel.AskAsync<SignedParts>(Call.Post($"{PartsOf(id)}/parts", new { parts = new[] { number } }, repeatable: true), cancellationToken)).Value;
        return signed.Parts is [var part] && part.Number == number
            ? part
            : throw PipelineException.Unexpected($"{channel.Whom} answered with other parts than the requested one. Is this a Pipeline server of the same version?");
    }

    /// <summary>Makes the parts one file, and confirms it.</summary>
    public async Task<Confirmed> CompleteAsync(string id, CancellationToken cancellationToken) =>
        (await channel.AskAsync<Confirmed>(Call.Post($"{PartsOf(id)}/complete", new { }, repeatable: true), cancellationToken)).Value;

    /// <summary>Expires the uploads of a batch that never arrived.</summary>
    public Task CloseBatchAsync(string batchId, CancellationToken cancellationToken) =>
        channel.TellAsync(Call.Post($"api/batches/{Uri.EscapeDataString(batchId)}/close", repeatable: true), cancellationToken);

    public async Task<Confirmed> ConfirmAsync(string id, CancellationToken cancellationToken) =>
        (await channel.AskAsync<Confirmed>(Call.Post("api/upload/confirm", new { id }, repeatable: true), cancellationToken)).Value;

    /// <summary>Confirms several uploads.</summary>
    /// <returns>The status of each asset that is confirmed, by its id.</returns>
    public async Task<IReadOnlyDictionary<string, string>> ConfirmAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var answer = (await channel.AskAsync<ConfirmedBatch>(Call.Post("api/upload/confirm-batch", new { ids }, repeatable: true), cancellationToken)).Value;
        return answer.Results.Where(one => one is { Success: true, Status: not null }).ToDictionary(one => one.Id, one => one.Status!, StringComparer.Ordinal);
    }

    public Task<Answer<Asset>> GetAssetAsync(string id, CancellationToken cancellationToken) =>
        channel.AskAsync<Asset>(Call.Get(PathOf(id)), cancellationToken);

    public Task<Answer<Timeline>> GetTimelineAsync(string id, string? cursor, CancellationToken cancellationToken) => channel.AskAsync<Timeline>(
        Call.Get($"{PathOf(id)}/timeline{(cursor is null ? "" : $"?cursor={Uri.EscapeDataString(cursor)}")}"), cancellationToken);

    public async Task<AssetPage> ListAsync(AssetFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var path = $"api/assets?limit={limit}";
        if (filter.Status is { } status) path += $"&status={Uri.EscapeDataString(status)}";
        if (filter.Stale) path += "&stale=true";
        if (cursor is not null) path += $"&cursor={Uri.EscapeDataString(cursor)}";
        return (await channel.AskAsync<AssetPage>(Call.Get(path), cancellationToken)).Value;
    }

    /// <summary>Lists the user's events after a cursor, the oldest first.</summary>
    /// <param name="after">The id of an event; <c>latest</c> for no events and the newest cursor; null for all that the server repeats.</param>
    /// <param name="types">The types to list; empty for all.</param>
    /// <param name="wait">How long the server waits for the first event.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<EventPage> ListEventsAsync(string? after, IReadOnlyCollection<string> types, TimeSpan wait, CancellationToken cancellationToken)
    {
        var path = "api/events?limit=100";
        if (after is not null) path += $"&after={Uri.EscapeDataString(after)}";
        if (types.Count > 0) path += $"&types={Uri.EscapeDataString(string.Join(',', types))}";
        return (await channel.AskAsync<EventPage>(Call.Get(path) with { Wait = wait }, cancellationToken)).Value;
    }

    /// <summary>Starts a reprocessing. Not retried on a lost answer, because each call creates a revision.</summary>
    public async Task<Reprocessing> ReprocessAsync(string id, CancellationToken cancellationToken) =>
        (await channel.AskAsync<Reprocessing>(Call.Post($"{PathOf(id)}/reprocess"), cancellationToken)).Value;

    /// <summary>
    /// Sets the focal point, or clears it with null. Retried on a lost answer, because repeating it creates no further revision.
    /// </summary>
    public async Task<Reprocessing> FocusAsync(string id, FocalPoint? point, CancellationToken cancellationToken) =>
        (await channel.AskAsync<Reprocessing>(
            new Call(point is null ? HttpMethod.Delete : HttpMethod.Put, $"{PathOf(id)}/focal-point", point, Repeatable: true), cancellationToken)).Value;

    public Task DeleteAsync(string id, CancellationToken cancellationToken) => channel.TellAsync(new Call(HttpMethod.Delete, PathOf(id)), cancellationToken);

    private static string PartsOf(string id) => $"api/upload/multipart/{Uri.EscapeDataString(id)}";

    private static string PathOf(string id) => $"api/assets/{Uri.EscapeDataString(id)}";
}
