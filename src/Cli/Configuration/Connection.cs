namespace Pipeline.Cli.Configuration;

/// <summary>The connection options of the command line; null for each that is missing.</summary>
sealed record ConnectionRequest(string? Server, string? Token, string? ConfigPath, bool Insecure);

/// <summary>The server and the token for it.</summary>
/// <param name="Server">Absolute, ends with a slash.</param>
/// <param name="Token">Printable ASCII without spaces, or null.</param>
sealed record Connection(Uri Server, string? Token)
{
    private const string DefaultServer = "http://localhost:4000";

    /// <summary>Resolves each value by itself: command line before environment before config file before default.</summary>
    public static Connection Resolve(ConnectionRequest request, CliEnvironment environment, Action<string> notice)
    {
        var file = ConfigFile.Read(request.ConfigPath, environment, notice);
        var server = ParseServer(request.Server ?? environment.Variable("PIPELINE_SERVER") ?? file.Server ?? DefaultServer);
        var token = ParseToken(request.Token ?? environment.Variable("PIPELINE_TOKEN") ?? TokenFor(server, file));
        if (server.Scheme == Uri.UriSchemeHttp && !IsLoopback(server) && !request.Insecure)
            throw CliFailure.Usage(
                $"Plain http to {server.Authority} would send the token unencrypted. Use https, or --insecure to allow it");
        return new Connection(server, token);
    }

    /// <summary>Whether the host is <c>localhost</c> or a loopback address; names are not resolved.</summary>
    public static bool IsLoopback(Uri uri) => HttpClients.IsLoopback(uri);

    // A token in the config file belongs to the server in that file: no other server may see it.
    private static string? TokenFor(Uri server, ConfigFile file) =>
        file.Server is null || ParseServer(file.Server) == server ? file.Token : null;

    private static Uri ParseServer(string text)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Host.Length == 0 ||
            (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw CliFailure.Usage($"Not a server address: '{text}'. Expected a URL such as https://images.example.com");
        if (uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length > 0)
            throw CliFailure.Usage("The server address must have no user name, query or fragment");
        return new Uri(uri.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
    }

    private static string? ParseToken(string? text)
    {
        var token = text?.Trim();
        if (string.IsNullOrEmpty(token)) return null;

        // Check here, because the header class would quote an invalid token in its exception.
        return token.All(c => c is > ' ' and <= '~')
            ? token
            : throw CliFailure.Usage("The token has invalid characters. Was it cut or wrapped while copying?");
    }
}
