using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pipeline.EndToEnd;

/// <summary>How <c>./run.sh</c> reads <c>.env</c>.</summary>
public sealed class DotenvTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("NAME=value", "value")]
    [InlineData("  export NAME=value  ", "value")]
    [InlineData("NAME=value\r", "value")]
    [InlineData("NAME=\"two words # and more\"", "two words # and more")]
    [InlineData("NAME='single'", "single")]
    [InlineData("NAME=a=b==", "a=b==")]
    [InlineData("# NAME=comment\n\nNAME=value", "value")]
    [InlineData("NAME=$(touch ran) `touch ran` $HOME", "$(touch ran) `touch ran` $HOME")]
    [InlineData("NAME=", "(not set)")]
    [InlineData("", "(not set)")]
    public async Task A_line_sets_a_name_and_nothing_of_it_runs(string file, string value)
    {
        (await LoadAsync(file)).ShouldBe((0, value, ""));
        File.Exists(_folder["ran"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("from the shell")]
    [InlineData("")]
    public async Task What_the_environment_has_already_wins(string already) => (await LoadAsync("NAME=from the file", already)).ShouldBe((0, already, ""));

    [Theory]
    [InlineData("some secret words")]
    [InlineData("some-secret=value")]
    [InlineData("=secret")]
    public async Task A_line_that_sets_nothing_is_named_by_its_number_and_not_shown(string line)
    {
        var (status, _, error) = await LoadAsync($"# first\n{line}\n");

        (status, error).ShouldBe((1, $"{_folder["env"]}: line 2 is not NAME=value"));
    }

    [Fact]
    public async Task Without_a_file_nothing_is_set()
    {
        File.Exists(_folder["env"]).ShouldBeFalse();

        (await LoadAsync(file: null)).ShouldBe((0, "(not set)", ""));
    }

    private async Task<(int Status, string Value, string Error)> LoadAsync(string? file, string? already = null)
    {
        if (file is not null) await File.WriteAllTextAsync(_folder["env"], file);
        var start = new ProcessStartInfo("bash", ["-c", """. "$1" && load_dotenv "$2" && printf %s "${NAME-(not set)}" """, "bash", Script(), _folder["env"]])
        {
            WorkingDirectory = _folder.Path, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (already is not null) start.Environment["NAME"] = already;
        using var bash = Process.Start(start).ShouldNotBeNull();
        var (said, errors) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.WaitForExitAsync();
        return (bash.ExitCode, await said, (await errors).TrimEnd());
    }

    private static string Script([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "scripts", "dotenv.sh"));
}
