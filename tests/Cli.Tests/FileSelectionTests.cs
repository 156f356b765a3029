namespace Pipeline.Cli.Tests;

/// <summary>Which files are uploaded: folders, lists on stdin, and all that can stand in them.</summary>
public sealed class FileSelectionTests : IAsyncLifetime
{
    private ScriptedApi _api = null!;
    private readonly CliRun _run = new();

    public async Task InitializeAsync() => _api = await ScriptedApi.StartAsync();

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        _run.Dispose();
    }

    [Fact]
    public async Task Missing_empty_and_folder_are_told_by_name_and_the_photo_beside_them_is_uploaded()
    {
        var (photo, empty) = (_run.Photo(), _run.File("empty.jpg", []));

        (await _run.AgainstAsync(_api, "upload", "nowhere.jpg", photo, empty, _run.Folder)).ShouldBe(ExitCode.Refused);

        _run.ErrorLines.ShouldContain("pipeline: nowhere.jpg: does not exist (unusable_file)");
        _run.ErrorLines.ShouldContain($"pipeline: {empty}: is empty, or no regular file (unusable_file)");
        _run.Error.ShouldContain($"{_run.Folder}: is a folder: --recursive");
        _run.Out.ShouldMatch("photo.jpg +[0-9a-f-]{36} +ready");
        _run.Out.ShouldMatch("nowhere.jpg +not uploaded +unusable_file");
    }

    [Fact]
    public async Task With_nothing_but_wrong_names_nothing_is_asked_and_the_status_is_2()
    {
        (await _run.AgainstAsync(_api, "upload", "nowhere.jpg", _run.File("empty.jpg", []))).ShouldBe(ExitCode.Usage);

        _run.ErrorLines.ShouldHaveSingleItem().ShouldMatch(@"nowhere\.jpg does not exist; .*empty\.jpg is empty, or no regular file\. Nothing was uploaded");
        _api.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_gives_its_photos_and_those_below_and_says_what_it_leaves()
    {
        _run.Photo("album/b.jpg");
        _run.Photo("album/deep/er/a.jpg");
        _run.Photo("album/without-extension");
        _run.File("album/notes.txt", "text"u8.ToArray());
        _run.File("album/empty.jpg", []);
        _run.Photo("album/.hidden.jpg");
        _run.Photo("album/.cache/c.jpg");
        Directory.CreateDirectory(Path.Combine(_run.Folder, "album/nothing"));
        var album = Path.Combine(_run.Folder, "album");

        (await _run.AgainstAsync(_api, "upload", "--recursive", album)).ShouldBe(ExitCode.Done);

        Uploaded().ShouldBe(["a.jpg", "b.jpg", "without-extension"]);
        string[] skipped = [$"{album}/notes.txt: no photo", $"{album}/empty.jpg: empty", $"{album}/.hidden.jpg: hidden", $"{album}/.cache: hidden"];
        foreach (var one in skipped) _run.ErrorLines.ShouldContain($"pipeline: skipped {one}");
    }

    [Fact]
    public async Task Links_that_go_round_or_nowhere_and_files_named_twice_end_well()
    {
        var photo = _run.Photo("album/a.jpg");
        var album = Path.Combine(_run.Folder, "album");
        Directory.CreateSymbolicLink(Path.Combine(album, "loop"), album);
        File.CreateSymbolicLink(Path.Combine(album, "same.jpg"), photo);
        File.CreateSymbolicLink(Path.Combine(album, "nowhere.jpg"), Path.Combine(album, "gone.jpg"));
        File.CreateSymbolicLink(Path.Combine(album, "circle.jpg"), Path.Combine(album, "circle.jpg"));

        (await _run.AgainstAsync(_api, "upload", "-r", album, photo, album + "/")).ShouldBe(ExitCode.Refused);

        Uploaded().ShouldBe(["a.jpg"]);
        _run.ErrorLines.ShouldContain($"pipeline: skipped {album}/loop: a link to a folder; name it to upload the photos in it");
        _run.ErrorLines.ShouldContain($"pipeline: skipped {album}/same.jpg: named twice");
        _run.Out.ShouldMatch("nowhere.jpg +not uploaded +unusable_file");
        _run.Out.ShouldMatch("circle.jpg +not uploaded +unusable_file");
    }

    [Theory]
    [InlineData("{0}/a.jpg\n{0}/b c.jpg\r\n\n")]
    [InlineData("{0}/a.jpg\0{0}/b c.jpg\0")]
    public async Task A_list_on_stdin_is_parted_by_lines_or_by_NUL(string list)
    {
        using var run = new CliRun();
        run.Photo("a.jpg");
        run.Photo("b c.jpg", 6000);
        run.Photo("c.jpg", 7000);
        run.Typed = string.Format(list, run.Folder);

        (await run.AgainstAsync(_api, "upload", "-", Path.Combine(run.Folder, "c.jpg"))).ShouldBe(ExitCode.Done);

        Uploaded().ShouldBe(["a.jpg", "b c.jpg", "c.jpg"]);
    }

    [Fact]
    public async Task A_name_with_a_line_end_goes_through_a_list_that_is_parted_by_NUL()
    {
        var photo = _run.Photo("two\nlines.jpg");
        _run.Typed = $"{photo}\0";

        (await _run.AgainstAsync(_api, "upload", "-")).ShouldBe(ExitCode.Done);

        _run.Out.ShouldContain("two lines.jpg");
    }

    [Theory]
    [InlineData("upload", "-")]
    [InlineData("upload", "-", "--json")]
    public async Task An_empty_list_is_no_mistake(params string[] args)
    {
        (await _run.AgainstAsync(_api, args)).ShouldBe(ExitCode.Done);

        _api.Requests.ShouldBeEmpty();
        if (args.Contains("--json")) _run.Document.GetProperty("total").GetInt32().ShouldBe(0);
        else _run.ErrorLines.ShouldBe(["pipeline: there is nothing to upload"]);
    }

    [Fact]
    public async Task A_folder_without_photos_is_no_mistake_and_needs_no_token()
    {
        _run.Variables.Remove("PIPELINE_TOKEN");
        Directory.CreateDirectory(Path.Combine(_run.Folder, "album"));

        (await _run.AgainstAsync(_api, "upload", "-r", Path.Combine(_run.Folder, "album"))).ShouldBe(ExitCode.Done);

        _run.ErrorLines.ShouldBe(["pipeline: there is nothing to upload"]);
    }

    [Fact]
    public async Task What_was_skipped_stands_in_the_document_and_not_on_stderr()
    {
        _run.Photo("album/a.jpg");
        _run.File("album/notes.txt", "text"u8.ToArray());

        (await _run.AgainstAsync(_api, "upload", "-r", Path.Combine(_run.Folder, "album"), "--json")).ShouldBe(ExitCode.Done);

        var skipped = _run.Document.GetProperty("skipped").EnumerateArray().ShouldHaveSingleItem();
        skipped.GetProperty("file").GetString().ShouldEndWith("notes.txt");
        skipped.GetProperty("reason").GetString().ShouldBe("no photo");
        _run.Error.ShouldBeEmpty();
    }

    private IEnumerable<string> Uploaded() => _api.Uploads.Values.Select(upload => upload.Filename).Order(StringComparer.Ordinal);
}
