using System.CommandLine;

namespace Pipeline.Cli.Configuration;

/// <summary>The key in an embedded server's data folder: any user who can read it may get a token.</summary>
sealed class TokenKeyFile(CliEnvironment environment)
{
    private const string Name = "token-key";

    public Option<string?> Folder { get; } = new("--data")
    {
        Description = "The server's data folder; default: PIPELINE_DATA, then ./data",
        HelpName = "FOLDER",
    };

    /// <param name="server">The server to which the key is sent; must be on this machine.</param>
    public string Read(ParseResult parsed, Uri server)
    {
        if (!Connection.IsLoopback(server))
            throw CliFailure.Usage($"Only an embedded server on this machine gives tokens, and {server.Authority} is not one. Get one from your sign-in service and set PIPELINE_TOKEN");
        var path = Path.Combine(parsed.GetValue(Folder) ?? environment.Variable("PIPELINE_DATA") ?? "data", Name);
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw CliFailure.Usage(
                $"There is no {path}. An embedded server started by ./run.sh or with Development__Tokens=true creates it; name its data folder with --data");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"Cannot read {path}: {e.Message}");
        }
    }
}
