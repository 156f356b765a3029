using System.CommandLine;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Operators;
using Pipeline.Cli.Output;

namespace Pipeline.Cli;

/// <summary>The state of one command run: server, token and output.</summary>
sealed class Session : IDisposable
{
    private readonly HttpClient _http;

    private Session(CliEnvironment environment, Connection connection, ConsoleOutput output)
    {
        Around = environment;
        Server = connection.Server;
        Token = connection.Token;
        ConsoleOutput = output;
        Deadlines = new Deadlines();
        _http = HttpClients.Create(Deadlines.Requests, "pipeline-cli");
        var retries = new RetryPolicy(Deadlines.Requests, environment.Time, environment.WaitTime, new WaitNotices(environment.Time, output).Announce);
        var channel = new ApiChannel(_http, connection.Server, _ => ValueTask.FromResult(connection.Token), retries, Deadlines.Requests);
        (Api, DevTokens, Operators, Runs) = (new ApiClient(channel), new DevTokens(channel), new OperatorApi(channel), new RunClient(channel));
        Put = new ObjectPut(_http, connection.Server, retries, Deadlines.Requests, environment.Time);
        Waiter = new AssetWaiter(Api, Deadlines.Requests, environment.Time, environment.WaitTime);
    }

    public CliEnvironment Around { get; }

    /// <summary>Absolute, ends with a slash.</summary>
    public Uri Server { get; }

    /// <summary>Never printed.</summary>
    public string? Token { get; }

    public ConsoleOutput ConsoleOutput { get; }

    public Deadlines Deadlines { get; }

    /// <summary>Follows no redirect.</summary>
    public HttpClient Http => _http;

    public ApiClient Api { get; }

    public DevTokens DevTokens { get; }

    /// <summary>The routes of operators.</summary>
    public OperatorApi Operators { get; }

    /// <summary>The routes of runs, failures and the audit.</summary>
    public RunClient Runs { get; }

    public ObjectPut Put { get; }

    public AssetWaiter Waiter { get; }

    /// <summary>Opens a session for a command that needs a token.</summary>
    public static Session Open(ParseResult parsed, GlobalOptions global, CliEnvironment environment) =>
        Open(parsed, global, environment, new ConsoleOutput(environment, parsed.GetValue(global.Json)));

    /// <inheritdoc cref="Open(ParseResult, GlobalOptions, CliEnvironment)"/>
    public static Session Open(ParseResult parsed, GlobalOptions global, CliEnvironment environment, ConsoleOutput output)
    {
        var connection = Connection.Resolve(global.Read(parsed), environment, output.Warn);
        if (connection.Token is null)
            throw CliFailure.Usage(
                $"No token for {connection.Server.AbsoluteUri.TrimEnd('/')}. Save one with pipeline login, or set PIPELINE_TOKEN or --token for this run; " +
                "get one from an embedded server with: pipeline token --user NAME");
        return new Session(environment, connection, output);
    }

    /// <summary>Opens a session whose token is read only after the server is known.</summary>
    public static async Task<Session> OpenAsync(ParseResult parsed, GlobalOptions global, CliEnvironment environment, Func<Uri, Task<string>> token)
    {
        var output = new ConsoleOutput(environment, parsed.GetValue(global.Json));
        var request = global.Read(parsed);
        if (request.ConfigPath is { } named && !File.Exists(named)) request = request with { ConfigPath = null };
        var server = Connection.Resolve(request, environment, output.Warn).Server;
        return new Session(environment, Connection.Resolve(request with { Token = await token(server) }, environment, _ => { }), output);
    }

    /// <summary>Opens a session without a token, for commands that request one.</summary>
    public static Session OpenAnonymous(ParseResult parsed, GlobalOptions global, CliEnvironment environment)
    {
        var output = new ConsoleOutput(environment, parsed.GetValue(global.Json));
        return new Session(environment, Connection.Resolve(global.Read(parsed), environment, output.Warn) with { Token = null }, output);
    }

    public void Dispose() => _http.Dispose();
}
