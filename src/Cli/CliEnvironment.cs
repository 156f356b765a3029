using System.Text;
using Microsoft.Extensions.Configuration;

namespace Pipeline.Cli;

/// <summary>Everything that the CLI uses of its process, so that tests can replace the terminal, the clock and the environment.</summary>
sealed record CliEnvironment
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    /// <summary>Reads a line without echo; null at the end of the input.</summary>
    public required Func<string?> ReadSecret { get; init; }

    /// <summary>Whether stdout is a terminal; only then are colours used.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether stderr is a terminal; only then are progress bars shown.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether stdin is a terminal, so that a person can answer questions.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>An environment variable, or null; empty counts as not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The hosts' settings, read only by commands that act in place of a host.</summary>
    public required Func<ConfigurationManager> HostSettings { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>The clock of waits between attempts and polls. Separate from <see cref="Time"/>, so that a test can skip waits and keep timeouts.</summary>
    public required TimeProvider WaitTime { get; init; }

    public static CliEnvironment OfThisProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        In = Console.In,
        ReadSecret = ReadHidden,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        InIsTerminal = !Console.IsInputRedirected,
        Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        HostSettings = () =>
        {
            var settings = new ConfigurationManager();
            settings.AddEnvironmentVariables();
            return settings;
        },
        Time = TimeProvider.System,
        WaitTime = TimeProvider.System,
    };

    private static string? ReadHidden()
    {
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    return typed.ToString();
                case ConsoleKey.Backspace when typed.Length > 0:
                    typed.Length--;
                    break;
                case ConsoleKey.D when key.Modifiers == ConsoleModifiers.Control:
                    Console.Error.WriteLine();
                    return null;
                default:
                    if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
                    break;
            }
        }
    }
}
