using System.CommandLine;
using Pipeline.Cli.Api;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli;

/// <summary>The state of one command run: server, token and output.</summary>
sealed class Session : IDisposable
{
    private readonly HttpClient _http;

    private Session(CliEnvironment around, Connection connection, ConsoleOutput screen)
    {
        Around = around;
        Server = connection.Server;
        Token = connection.Token;
        ConsoleOutput = screen;
        Deadlines = new Deadlines();
        _http = Http.Create(Deadlines);
        RetryDelays = new RetryDelays(around, Deadlines, screen);
        Api = new ApiClient(new ApiChannel(_http, connection, RetryDelays, Deadlines));
        Put = new ObjectPut(_http, connection.Server, RetryDelays, Deadlines);
        Waiter = new AssetWaiter(Api, around, Deadlines);
    }

    public CliEnvironment Around { get; }

    /// <summary>Absolute, ends with a slash.</summary>
    public Uri Server { get; }

    /// <summary>Never printed.</summary>
    public string? Token { get; }

    public ConsoleOutput ConsoleOutput { get; }

    public Deadlines Deadlines { get; }

    public RetryDelays RetryDelays { get; }

    public ApiClient Api { get; }

    public ObjectPut Put { get; }

    public AssetWaiter Waiter { get; }

    /// <summary>Opens a session for a command that needs a token.</summary>
    public static Session Open(ParseResult parsed, GlobalOptions global, CliEnvironment around) =>
        Open(parsed, global, around, new ConsoleOutput(around, parsed.GetValue(global.Json)));

    /// <inheritdoc cref="Open(ParseResult, GlobalOptions, CliEnvironment)"/>
    public static Session Open(ParseResult parsed, GlobalOptions global, CliEnvironment around, ConsoleOutput screen)
    {
        var connection = Connection.Resolve(global.Read(parsed), around, screen.Warn);
        if (connection.Token is null)
            throw CliFailure.Usage(
                $"No token for {connection.Server.AbsoluteUri.TrimEnd('/')}. pipeline login keeps one, PIPELINE_TOKEN or --token gives one for this run; " +
                "the embedded server makes one: pipeline token --user NAME");
        return new Session(around, connection, screen);
    }

    /// <summary>Opens a session whose token is read only after the server is known.</summary>
    public static async Task<Session> OpenAsync(ParseResult parsed, GlobalOptions global, CliEnvironment around, Func<Uri, Task<string>> token)
    {
        var screen = new ConsoleOutput(around, parsed.GetValue(global.Json));
        var request = global.Read(parsed);
        if (request.ConfigPath is { } named && !File.Exists(named)) request = request with { ConfigPath = null };
        var server = Connection.Resolve(request, around, screen.Warn).Server;
        return new Session(around, Connection.Resolve(request with { Token = await token(server) }, around, _ => { }), screen);
    }

    /// <summary>Opens a session without a token, for commands that request one.</summary>
    public static Session OpenAnonymous(ParseResult parsed, GlobalOptions global, CliEnvironment around)
    {
        var screen = new ConsoleOutput(around, parsed.GetValue(global.Json));
        return new Session(around, Connection.Resolve(global.Read(parsed), around, screen.Warn) with { Token = null }, screen);
    }

    public void Dispose() => _http.Dispose();
}
