using System.Net;

namespace Pipeline.Cli;

/// <summary>The routes that give tokens on a developer's machine. Errors are <see cref="PipelineException"/>.</summary>
sealed class DevTokens(ApiChannel channel)
{
    /// <summary>Asks the embedded server for a token.</summary>
    public async Task<string> TokenAsync(TokenRequest request, CancellationToken cancellationToken) =>
        (await AskAsync<DevToken>("dev/token", request, cancellationToken)).Token;

    /// <summary>Asks the embedded server for a link that signs a browser in.</summary>
    public Task<SignInLink> SignInLinkAsync(TokenRequest request, CancellationToken cancellationToken) => AskAsync<SignInLink>("dev/sign-in-links", request, cancellationToken);

    private async Task<T> AskAsync<T>(string path, TokenRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await channel.AskAsync<T>(Call.Post(path, request), cancellationToken)).Value;
        }
        catch (PipelineException failure) when (failure.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            throw CliFailure.Usage(
                $"{channel.Whom} gives no tokens: only an embedded server started by ./run.sh or with Development__Tokens=true does. Get one from your sign-in service and set PIPELINE_TOKEN");
        }
        catch (PipelineException failure) when (failure.Status is HttpStatusCode.Unauthorized)
        {
            throw CliFailure.Usage($"{channel.Whom} does not accept the key in the data folder, which belongs to another server. Name this server's data folder with --data");
        }
    }
}

/// <param name="Key">The token key from the server's data folder.</param>
/// <param name="UserId">The user of the token.</param>
/// <param name="Role">The role, or null for none.</param>
sealed record TokenRequest(string Key, string UserId, string? Role)
{
    public override string ToString() => $"token for {UserId}";
}

/// <param name="Key">Valid for one use; never logged.</param>
/// <param name="ExpiresAt">When the key expires.</param>
sealed record SignInLink(string Key, DateTimeOffset ExpiresAt)
{
    public override string ToString() => "sign-in link";
}

sealed record DevToken(string Token)
{
    public override string ToString() => "a token";
}
