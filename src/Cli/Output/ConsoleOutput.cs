using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Pipeline.Cli.Output;

/// <summary>Stdout for results, stderr for what goes on. All text of others is cleaned here or in <see cref="TextTable"/>.</summary>
sealed class ConsoleOutput
{
    // The default encoder writes all beyond ASCII as \u…: a JSON document on a terminal can then do it no harm either.
    private static readonly JsonSerializerOptions Writing = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly Style HeaderStyle = new(decoration: Decoration.Bold);
    private static readonly Style FailureStyle = new(Color.Red);

    /// <summary>Longer than any honest message.</summary>
    private const int LongestMessage = 1000;

    private readonly Lock _lock = new();
    private readonly IAnsiConsole _out;

    /// <param name="around">The terminal or pipe.</param>
    /// <param name="json">Results become one JSON document.</param>
    /// <param name="quiet">Nothing is said about what goes on.</param>
    public ConsoleOutput(CliEnvironment around, bool json, bool quiet = false)
    {
        Json = json;
        Quiet = quiet;
        IsLive = around.ErrorIsTerminal && !IsDumb(around) && !quiet;
        _out = Console(around, around.Out, around.OutIsTerminal);
        Error = Console(around, around.Error, around.ErrorIsTerminal);

        // Spectre breaks lines at the width that it believes in; terminals break them better.
        _out.Profile.Width = short.MaxValue;
        if (!around.ErrorIsTerminal) Error.Profile.Width = short.MaxValue;
    }

    public bool Json { get; }

    public bool Quiet { get; }

    /// <summary>Whether a person watches a terminal that can redraw what stands on it.</summary>
    public bool IsLive { get; }

    /// <summary>Stderr, for progress bars; lines that are written while bars stand go through the same console.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>A line of result, unless a JSON document is to be the result.</summary>
    public void Line(string text = "")
    {
        if (!Json) Write(_out, Printable.Clean(text), Style.Plain);
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

    /// <summary>The one JSON document of this run, if one is asked for.</summary>
    public void Document(object document)
    {
        if (Json) Write(_out, JsonSerializer.Serialize(document, Writing), Style.Plain);
    }

    /// <summary>A line about what goes on.</summary>
    public void Notice(string text)
    {
        if (!Quiet) Warn(text);
    }

    /// <summary>A line that is also told to who wants to hear of trouble only.</summary>
    public void Warn(string text) => Write(Error, $"pipeline: {Printable.Clean(text, LongestMessage)}", Style.Plain);

    /// <summary>What went wrong, in one line on stderr.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="about">The file that it is about, if there are several.</param>
    public void Explain(CliFailure failure, string? about = null)
    {
        var before = about is null ? "" : $"{about}: ";
        var after = failure.Code == CliFailure.UsageCode ? "" : $" ({failure.Code})";
        Write(Error, $"pipeline: {Printable.Clean($"{before}{failure.Message}", LongestMessage)}{Printable.Clean(after, LongestMessage)}", FailureStyle);
    }

    /// <summary>What ended the run: the line, and the document that a reader of JSON waits for.</summary>
    public void Fail(CliFailure failure)
    {
        Explain(failure);
        Document(new { error = new { failure.Code, failure.Message } });
    }

    private static IAnsiConsole Console(CliEnvironment around, TextWriter writer, bool terminal)
    {
        var capable = terminal && !IsDumb(around);
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = capable ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = capable && around.Variable("NO_COLOR") is null ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = capable ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
    }

    private static bool IsDumb(CliEnvironment around) => around.Variable("TERM") == "dumb";

    // As Text, never as markup: a file may be called "[red]".
    private void Write(IAnsiConsole console, string line, Style style)
    {
        lock (_lock) console.Write(new Text(line + Environment.NewLine, style));
    }
}
