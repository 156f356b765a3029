using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Pipeline.Cli.Output;

/// <summary>Writes results to stdout and progress to stderr. Text from outside is sanitised here or in <see cref="TextTable"/>.</summary>
sealed class ConsoleOutput
{
    // The default encoder escapes all non-ASCII characters as \u…, so a JSON document cannot send control characters to a terminal.
    private static readonly JsonSerializerOptions Writing = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly JsonSerializerOptions WritingLine = new(Writing) { WriteIndented = false };

    private static readonly Style HeaderStyle = new(decoration: Decoration.Bold);
    private static readonly Style FailureStyle = new(Color.Red);

    /// <summary>Longer than any legitimate message.</summary>
    private const int LongestMessage = 1000;

    private readonly Lock _lock = new();
    private readonly IAnsiConsole _out;

    /// <param name="environment">The terminal or pipe.</param>
    /// <param name="json">Whether to print one JSON document instead of text.</param>
    /// <param name="quiet">Whether to suppress progress messages.</param>
    public ConsoleOutput(CliEnvironment environment, bool json, bool quiet = false)
    {
        Json = json;
        Quiet = quiet;
        IsLive = environment.ErrorIsTerminal && !IsDumb(environment) && !quiet;
        _out = Console(environment, environment.Out, environment.OutIsTerminal);
        Error = Console(environment, environment.Error, environment.ErrorIsTerminal);

        // Spectre wraps lines at its assumed width; terminals wrap them better.
        _out.Profile.Width = short.MaxValue;
        if (!environment.ErrorIsTerminal) Error.Profile.Width = short.MaxValue;
    }

    public bool Json { get; }

    public bool Quiet { get; }

    /// <summary>Whether progress is shown on a terminal that can redraw lines.</summary>
    public bool IsLive { get; }

    /// <summary>Stderr, for progress bars; lines written while bars are shown use the same console.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Writes a line of the result, unless the result is a JSON document.</summary>
    public void Line(string text = "")
    {
        if (!Json) Write(_out, Printable.Clean(text), Style.Plain);
    }

    /// <summary>Shows a picture above the lines that follow, unless the result is a JSON document.</summary>
    public void Picture(ReadOnlySpan<byte> file)
    {
        if (!Json) _out.Profile.Out.Writer.WriteLine(TerminalPicture.Sequence(file));
    }

    /// <inheritdoc cref="Line" />
    public void Table(TextTable table, string indent = "")
    {
        if (Json || table.IsEmpty) return;
        var style = HeaderStyle;
        foreach (var line in table.Lines(indent))
        {
            Write(_out, line, style);
            style = Style.Plain;
        }
    }

    /// <summary>Writes the one JSON document of this run, if <c>--json</c> is given.</summary>
    public void Document(object document)
    {
        if (Json) Write(_out, JsonSerializer.Serialize(document, Writing), Style.Plain);
    }

    /// <summary>Writes one of many JSON documents on a line of its own, if <c>--json</c> is given.</summary>
    public void DocumentLine(object document)
    {
        if (Json) Write(_out, JsonSerializer.Serialize(document, WritingLine), Style.Plain);
    }

    /// <summary>Writes a line about progress, unless <c>--quiet</c> is given.</summary>
    public void Notice(string text)
    {
        if (!Quiet) Warn(text);
    }

    /// <summary>Writes a line to stderr even with <c>--quiet</c>.</summary>
    public void Warn(string text) => Write(Error, $"pipeline: {Printable.Clean(text, LongestMessage)}", Style.Plain);

    /// <summary>Writes a failure as one line to stderr.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="about">The file or asset concerned, if there are several.</param>
    public void Explain(CliFailure failure, string? about = null)
    {
        var before = about is null ? "" : $"{about}: ";
        var after = failure.Code == CliFailure.UsageCode ? "" : $" ({failure.Code})";
        Write(Error, $"pipeline: {Printable.Clean($"{before}{failure.Message}", LongestMessage)}{Printable.Clean(after, LongestMessage)}", FailureStyle);
    }

    /// <summary>Reports the failure that ended the run: the line, and the JSON document that programs expect.</summary>
    public void Fail(CliFailure failure)
    {
        Explain(failure);
        Document(new { error = new { failure.Code, failure.Message } });
    }

    private static IAnsiConsole Console(CliEnvironment environment, TextWriter writer, bool terminal)
    {
        var capable = terminal && !IsDumb(environment);
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = capable ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = capable && environment.Variable("NO_COLOR") is null ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = capable ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
    }

    private static bool IsDumb(CliEnvironment environment) => environment.Variable("TERM") == "dumb";

    // Write as Text, never as markup, because a file may be called "[red]".
    private void Write(IAnsiConsole console, string line, Style style)
    {
        lock (_lock) console.Write(new Text(line + Environment.NewLine, style));
    }
}
