using System.CommandLine;
using Pipeline.Cli.Api;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;

namespace Pipeline.Cli;

/// <summary>One run of one command: where to, as whom, and what to print on.</summary>
sealed class Session : IDisposable
{
    private readonly HttpClient _http;

    private Session(Surroundings around, Connection connection, Screen screen)
    {
        Around = around;
        Server = connection.Server;
        Screen = screen;
        Deadlines = new Deadlines();
        _http = Http.Create(Deadlines);
        Patience = new Patience(around, Deadlines, screen);
        Api = new ApiClient(new ApiChannel(_http, connection, Patience, Deadlines));
        Put = new ObjectPut(_http, connection.Server, Patience, Deadlines);
        Waiter = new AssetWaiter(Api, around, Deadlines);
    }

    public Surroundings Around { get; }

    /// <summary>Absolute, ends with a slash.</summary>
    public Uri Server { get; }

    public Screen Screen { get; }

    public Deadlines Deadlines { get; }

    public Patience Patience { get; }

    public ApiClient Api { get; }

    public ObjectPut Put { get; }

    public AssetWaiter Waiter { get; }

    /// <summary>Opens a session for a command that acts as somebody.</summary>
    public static Session Open(ParseResult parsed, GlobalOptions global, Surroundings around) =>
        Open(parsed, global, around, new Screen(around, parsed.GetValue(global.Json)));

    /// <inheritdoc cref="Open(ParseResult, GlobalOptions, Surroundings)"/>
    public static Session Open(ParseResult parsed, GlobalOptions global, Surroundings around, Screen screen)
    {
        var connection = Connection.Resolve(global.Read(parsed), around, screen.Warn);
        if (connection.Token is null)
            throw CliFailure.Usage(
                "No token. Set PIPELINE_TOKEN, give --token, or put it in the config file; " +
                "the embedded server gives one: pipeline token --user NAME");
        return new Session(around, connection, screen);
    }

    /// <summary>Opens a session for the command that asks for a token and so has none to send.</summary>
    public static Session OpenAnonymous(ParseResult parsed, GlobalOptions global, Surroundings around)
    {
        var screen = new Screen(around, parsed.GetValue(global.Json));
        return new Session(around, Connection.Resolve(global.Read(parsed), around, screen.Warn) with { Token = null }, screen);
    }

    public void Dispose() => _http.Dispose();
}
