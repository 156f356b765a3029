using System.CommandLine;

namespace Pipeline.Cli.Commands;

/// <summary><c>--timeout</c>, the same for every command that waits for processing.</summary>
static class WaitOption
{
    private const int Usual = 300;

    private const int Day = 86_400;

    public static Option<int> Create() => WholeNumber.Option("--timeout", "How long to wait for each asset's processing", "SECONDS", Usual, least: 1, Day);

    public static TimeSpan Read(ParseResult parsed, Option<int> option) => TimeSpan.FromSeconds(parsed.GetValue(option));
}
