using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Pipeline.Cli.Help;

/// <summary>The help of a command, followed by the exit codes for scripts.</summary>
sealed class HelpWithExitCodes : SynchronousCommandLineAction
{
    private const string ExitCodes = """
        Exit codes:
          0    success; every uploaded file is ready
          1    the server refused, or a file was rejected, failed, could not be read, or was not finished in time
          2    wrong usage, wrong configuration, or a token that the server does not accept
          3    the server or the object store could not be reached, or sent an invalid response
          130  stopped by Ctrl-C; 143 by TERM
        """;

    private const string FirstSteps = """
        First steps:
          pipeline login --server https://images.example.com
          pipeline upload photo.jpg
          pipeline upload --recursive album/

        """;

    private readonly HelpAction _help = new();

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var status = _help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is RootCommand) output.WriteLine(FirstSteps);
        output.WriteLine(ExitCodes);
        return status;
    }

    /// <summary>Replaces the default help, and shows help if no command is given.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Options.OfType<HelpOption>().Single().Action = new HelpWithExitCodes();
        root.Action = new HelpWithExitCodes();
    }
}
