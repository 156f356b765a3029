using System.CommandLine;

namespace Pipeline.Cli.Configuration;

/// <summary>The options that every command has.</summary>
sealed class GlobalOptions
{
    private readonly Option<string?> _server = new("--server")
    {
        Description = "URL of the server; default: PIPELINE_SERVER, then the value saved by login, then http://localhost:4000",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description = "Bearer token; default: PIPELINE_TOKEN, then the value saved by login. Other users of the machine can see arguments, so prefer the variable",
        HelpName = "TOKEN",
        Recursive = true,
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "File in which login saves \"server\" and \"token\"; default: ~/.config/pipeline/config.json",
        HelpName = "PATH",
        Recursive = true,
    };

    private readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "Send the token over plain http to another machine",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document to stdout and nothing else there; commands that watch or list page by page print one a line",
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        foreach (var option in new Option[] { _server, _token, _config, _insecure, Json }) root.Add(option);
    }

    public ConnectionRequest Read(ParseResult parsed) =>
        new(parsed.GetValue(_server), parsed.GetValue(_token), parsed.GetValue(_config), parsed.GetValue(_insecure));
}
