using System.Text.RegularExpressions;

namespace Pipeline.Deployment;

/// <summary>Facts that an image's Dockerfile states.</summary>
public sealed partial class Dockerfile
{
    private readonly string _text;

    private Dockerfile(string text) => _text = text;

    public string Port => Of(Exposed());

    public string Entrypoint => Of(Started());

    public string? WorkFolder => Scratch().Match(_text) is { Success: true } match ? match.Groups["it"].Value : null;

    public string HealthPath => Of(Healthy());

    public static Dockerfile For(string host) => new(File.ReadAllText(Path.Combine(Repository.Root, "deploy", $"{host}.Dockerfile")));

    private string Of(Regex what) => what.Match(_text) is { Success: true } match ? match.Groups["it"].Value : throw new InvalidDataException($"{what} is missing.");

    [GeneratedRegex(@"^EXPOSE (?<it>\d+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Exposed();

    [GeneratedRegex(@"^ENTRYPOINT \[""dotnet"", ""(?<it>[^""]+)""\]$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Started();

    [GeneratedRegex(@"Processor__Work__Folder=(?<it>\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scratch();

    [GeneratedRegex(@"CMD \[""healthcheck"", ""(?<it>[^""]+)""\]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Healthy();
}
