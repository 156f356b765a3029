using System.CommandLine;
using Pipeline.Cli.Api;
using Pipeline.Cli.Configuration;

namespace Pipeline.Cli.Commands;

/// <summary>Keeps a server and a token for it, once the server has accepted the token.</summary>
static class LoginCommand
{
    public static Command Create(GlobalOptions global, Surroundings around)
    {
        var command = new Command("login", "Keeps a server and a token for later commands; the token is asked for, or read from stdin.");
        command.SetAction(async (parsed, stop) =>
        {
            var request = global.Read(parsed);
            if (request.Token is not null)
                throw CliFailure.Usage("Other users of the machine can see an argument: leave out --token and give the token on stdin, or type it when asked");
            using var session = await Session.OpenAsync(parsed, global, around, server => ReadTokenAsync(server, around, stop));
            await session.Api.ListAsync(new AssetFilter(), limit: 1, cursor: null, stop);
            var path = ConfigFile.PathOf(request.ConfigPath, around);
            new ConfigFile(session.Server.AbsoluteUri.TrimEnd('/'), session.Token).Write(path);
            session.Screen.Document(new { server = session.Server, path });
            session.Screen.Line($"signed in at {session.Server.AbsoluteUri.TrimEnd('/')}; server and token are kept in {path}");
            WarnOfVariables(session.Screen.Notice, around);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What the environment says counts before what is kept.</summary>
    public static void WarnOfVariables(Action<string> notice, Surroundings around)
    {
        var set = new[] { "PIPELINE_SERVER", "PIPELINE_TOKEN" }.Where(name => around.Variable(name) is not null).ToArray();
        if (set.Length > 0) notice($"{string.Join(" and ", set)} of the environment still count{(set.Length == 1 ? "s" : "")} before what is kept");
    }

    private static async Task<string> ReadTokenAsync(Uri server, Surroundings around, CancellationToken stop)
    {
        var token = around.InIsTerminal ? await AskAsync(server, around, stop) : await StandardInput.ReadToEndAsync(around, stop);
        return string.IsNullOrWhiteSpace(token) ? throw CliFailure.Usage("No token was given, so nothing is kept") : token;
    }

    private static async Task<string?> AskAsync(Uri server, Surroundings around, CancellationToken stop)
    {
        await around.Error.WriteAsync($"Token for {server.AbsoluteUri.TrimEnd('/')} (is not shown): ".AsMemory(), stop);
        await around.Error.FlushAsync(stop);

        // As for all of stdin: on its own thread, so that Ctrl-C is heard.
        return await Task.Run(around.ReadSecret, stop).WaitAsync(stop);
    }
}
