using System.Globalization;

namespace Pipeline.Cli.Output;

/// <summary>
/// Pictures in terminals that show files by the escape sequence 1337, which came from iTerm2. Other terminals would print its text, so
/// only those that name themselves get it.
/// </summary>
static class TerminalPicture
{
    /// <summary>Most bytes of a picture.</summary>
    public const int MaxBytes = 1_000_000;

    private const int WidthInColumns = 40;

    // The first version of Konsole that shows such pictures is 22.04.
    private const int FirstKonsole = 220_400;

    private static readonly HashSet<string> Programs = new(StringComparer.Ordinal) { "iTerm.app", "WezTerm", "mintty", "rio" };

    public static bool IsShownBy(CliEnvironment environment)
    {
        // A multiplexer redraws the screen and does not know the sequence.
        if (!environment.OutIsTerminal || environment.Variable("TMUX") is not null || environment.Variable("STY") is not null) return false;
        return Programs.Contains(environment.Variable("TERM_PROGRAM") ?? "")
            || environment.Variable("LC_TERMINAL") == "iTerm2"
            || (int.TryParse(environment.Variable("KONSOLE_VERSION"), NumberStyles.None, CultureInfo.InvariantCulture, out var konsole) && konsole >= FirstKonsole);
    }

    /// <summary>The sequence that shows a file; base64 cannot carry another sequence.</summary>
    public static string Sequence(ReadOnlySpan<byte> file) =>
        string.Create(CultureInfo.InvariantCulture, $"\e]1337;File=inline=1;size={file.Length};width={WidthInColumns};preserveAspectRatio=1:{Convert.ToBase64String(file)}\a");
}
