using System.CommandLine;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

/// <summary>Saves a server and its token, after the server has accepted the token.</summary>
static class LoginCommand
{
    public static Command Create(GlobalOptions global, CliEnvironment cli)
    {
        var command = new Command("login", "Saves a server and a token for later commands. Prompts for the token, or reads it from stdin.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = global.Read(parsed);
            if (request.Token is not null)
                throw CliFailure.Usage("Other users of the machine can see arguments: remove --token, and pass the token on stdin or type it at the prompt");
            using var session = await Session.OpenAsync(parsed, global, cli, server => ReadTokenAsync(server, cli, cancellationToken));
            await session.Api.ListAsync(new AssetFilter(), limit: 1, cursor: null, cancellationToken);
            var path = ConfigFile.PathOf(request.ConfigPath, cli);
            new ConfigFile(session.Server.AbsoluteUri.TrimEnd('/'), session.Token).Write(path);
            session.ConsoleOutput.Document(new { server = session.Server, path });
            session.ConsoleOutput.Line($"signed in at {session.Server.AbsoluteUri.TrimEnd('/')}; server and token are saved in {path}");
            WarnOfVariables(session.ConsoleOutput.Notice, cli);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Warns that environment variables override the saved values.</summary>
    public static void WarnOfVariables(Action<string> notice, CliEnvironment cli)
    {
        var set = new[] { "PIPELINE_SERVER", "PIPELINE_TOKEN" }.Where(name => cli.Variable(name) is not null).ToArray();
        if (set.Length > 0) notice($"{string.Join(" and ", set)} of the environment override{(set.Length == 1 ? "s" : "")} the saved values");
    }

    private static async Task<string> ReadTokenAsync(Uri server, CliEnvironment cli, CancellationToken cancellationToken)
    {
        var token = cli.InIsTerminal ? await AskAsync(server, cli, cancellationToken) : await StandardInput.ReadToEndAsync(cli, cancellationToken);
        return string.IsNullOrWhiteSpace(token) ? throw CliFailure.Usage("No token was given, so nothing is saved") : token;
    }

    private static async Task<string?> AskAsync(Uri server, CliEnvironment cli, CancellationToken cancellationToken)
    {
        await cli.Error.WriteAsync($"Token for {server.AbsoluteUri.TrimEnd('/')} (input is hidden): ".AsMemory(), cancellationToken);
        await cli.Error.FlushAsync(cancellationToken);

        // On its own thread, as for all of stdin, so that Ctrl-C works.
        return await Task.Run(cli.ReadSecret, cancellationToken).WaitAsync(cancellationToken);
    }
}
