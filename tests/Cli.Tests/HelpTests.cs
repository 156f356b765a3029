namespace Pipeline.Cli.Tests;

/// <summary>The help, and the suggestions for mistyped commands.</summary>
public sealed class HelpTests : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData]
    [InlineData("--help")]
    public async Task Without_a_command_the_help_lists_the_commands_and_the_exit_codes(params string[] args)
    {
        (await _run.RunAsync(args)).ShouldBe(ExitCode.Done);

        string[] told = ["upload <FILE>", "login", "completion", "pipeline upload photo.jpg", "Exit codes:", "130  stopped by Ctrl-C"];
        foreach (var one in told) _run.Out.ShouldContain(one);
        _run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_help_of_a_command_has_the_exit_codes_too_and_wants_no_arguments()
    {
        (await _run.RunAsync("upload", "--help")).ShouldBe(ExitCode.Done);

        _run.Out.ShouldContain("--recursive");
        _run.Out.ShouldContain("Exit codes:");
    }

    [Fact]
    public async Task With_json_and_no_command_there_is_a_document_all_the_same()
    {
        (await _run.RunAsync("--json")).ShouldBe(ExitCode.Usage);

        _run.Document.GetProperty("error").GetProperty("code").GetString().ShouldBe("usage");
    }

    [Theory]
    [InlineData("There is no command 'upolad'. Did you mean upload? See: pipeline --help", "upolad", "a.jpg")]
    [InlineData("There is no command 'asets'. Did you mean assets? See: pipeline --help", "asets")]
    [InlineData("There is no command 'up'. Did you mean upload? See: pipeline --help", "up")]
    [InlineData("Required argument 'ID' missing for command: 'show'. See: pipeline runs show --help", "runs", "show")]
    [InlineData("There is no command 'wxyz'. See: pipeline --help", "wxyz", "--help")]
    [InlineData("There is no option '--recursiv'. Did you mean --recursive? Put a file whose name begins with - after --. See: pipeline upload --help", "upload", "--recursiv", "album")]
    [InlineData("There is no option '--concurency'. Did you mean --concurrency? Put a file whose name begins with - after --. See: pipeline upload --help", "upload", "a.jpg", "--concurency=3")]
    [InlineData("There is no option '--jsn'. Did you mean --json? See: pipeline asset --help", "asset", "--jsn", "0190a5b2-7c3e-7000-8000-0123456789ab")]
    [InlineData("--limit must be a whole number from 1 to 2147483647. See: pipeline assets --help", "assets", "--limit", "-5")]
    public async Task What_is_mistyped_is_told_with_what_may_be_meant(string told, params string[] args)
    {
        (await _run.RunAsync(args)).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldBe([$"pipeline: {told}"]);
    }

    [Fact]
    public async Task A_photo_in_the_place_of_a_command_is_told_how_to_upload_it()
    {
        var photo = _run.Photo();

        (await _run.RunAsync(photo)).ShouldBe(ExitCode.Usage);

        _run.Error.ShouldContain($"To upload the file: pipeline upload {photo}");
    }

    [Fact]
    public async Task A_file_whose_name_begins_with_a_dash_goes_behind_two_of_them()
    {
        (await _run.RunAsync("upload", "--", "--recursiv")).ShouldBe(ExitCode.Usage);

        _run.Error.ShouldContain("--recursiv does not exist");
    }
}
