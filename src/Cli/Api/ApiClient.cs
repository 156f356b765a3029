using System.Net;

namespace Pipeline.Cli.Api;

/// <summary>The routes that the CLI uses, one method each. Errors are <see cref="CliFailure"/>.</summary>
sealed class ApiClient(ApiChannel channel)
{
    /// <summary>Requests a presigned upload. Not retried on a lost answer, because each call reserves a new upload.</summary>
    public async Task<PresignedUpload> PresignAsync(PresignRequest request, CancellationToken cancellationToken) =>
        (await channel.AskAsync<PresignedUpload>(Call.Post("api/upload/presigned-url", request), cancellationToken)).Value;

    public async Task<Confirmed> ConfirmAsync(string id, CancellationToken cancellationToken) =>
        (await channel.AskAsync<Confirmed>(Call.Post("api/upload/confirm", new { id }, repeatable: true), cancellationToken)).Value;

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

    /// <summary>Asks the embedded server for a token.</summary>
    public async Task<string> DevTokenAsync(TokenRequest request, CancellationToken cancellationToken) =>
        (await AskEmbeddedAsync<DevToken>("dev/token", request, cancellationToken)).Token;

    /// <summary>Asks the embedded server for a link that signs a browser in.</summary>
    public Task<SignInLink> SignInLinkAsync(TokenRequest request, CancellationToken cancellationToken) => AskEmbeddedAsync<SignInLink>("dev/sign-in-links", request, cancellationToken);

    private async Task<T> AskEmbeddedAsync<T>(string path, TokenRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await channel.AskAsync<T>(Call.Post(path, request), cancellationToken)).Value;
        }
        catch (CliFailure failure) when (failure.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            throw CliFailure.Usage(
                $"{channel.Whom} gives no tokens: only an embedded server started by ./run.sh or with Development__Tokens=true does. Get one from your sign-in service and set PIPELINE_TOKEN");
        }
        catch (CliFailure failure) when (failure.Status is HttpStatusCode.Unauthorized)
        {
            throw CliFailure.Usage($"{channel.Whom} does not accept the key in the data folder, which belongs to another server. Name this server's data folder with --data");
        }
    }

    private static string PathOf(string id) => $"api/assets/{Uri.EscapeDataString(id)}";
}
