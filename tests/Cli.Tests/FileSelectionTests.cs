namespace Pipeline.Cli.Tests;

/// <summary>Which files are uploaded: folders, lists on stdin, and their entries.</summary>
public sealed class FileSelectionTests : ScriptedApiTests
{
    [Fact]
    public async Task Missing_empty_and_folder_are_told_by_name_and_the_photo_beside_them_is_uploaded()
    {
        var (photo, empty) = (Run.Photo(), Run.File("empty.jpg", []));

        (await Run.AgainstAsync(Api, "upload", "nowhere.jpg", photo, empty, Run.Folder)).ShouldBe(ExitCode.Refused);

        Run.ErrorLines.ShouldContain("pipeline: nowhere.jpg: does not exist (unusable_file)");
        Run.ErrorLines.ShouldContain($"pipeline: {empty}: is empty, or not a regular file (unusable_file)");
        Run.Error.ShouldContain($"{Run.Folder}: is a folder: upload the photos in it with --recursive");
        Run.Out.ShouldMatch("photo.jpg +[0-9a-f-]{36} +ready");
        Run.Out.ShouldMatch("nowhere.jpg +not uploaded +unusable_file");
    }

    [Fact]
    public async Task With_nothing_but_wrong_names_nothing_is_asked_and_the_status_is_2()
    {
        (await Run.AgainstAsync(Api, "upload", "nowhere.jpg", Run.File("empty.jpg", []))).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldMatch(@"nowhere\.jpg does not exist; .*empty\.jpg is empty, or not a regular file\. Nothing was uploaded");
        Api.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_gives_its_photos_and_those_below_and_says_what_it_leaves()
    {
        Run.Photo("album/b.jpg");
        Run.Photo("album/deep/er/a.jpg");
        Run.Photo("album/without-extension");
        Run.File("album/notes.txt", "text"u8.ToArray());
        Run.File("album/empty.jpg", []);
        Run.Photo("album/.hidden.jpg");
        Run.Photo("album/.cache/c.jpg");
        Directory.CreateDirectory(Path.Combine(Run.Folder, "album/nothing"));
        var album = Path.Combine(Run.Folder, "album");

        (await Run.AgainstAsync(Api, "upload", "--recursive", album)).ShouldBe(ExitCode.Done);

        Uploaded().ShouldBe(["a.jpg", "b.jpg", "without-extension"]);
        string[] skipped = [$"{album}/notes.txt: not a photo", $"{album}/empty.jpg: empty", $"{album}/.hidden.jpg: hidden", $"{album}/.cache: hidden"];
        foreach (var one in skipped) Run.ErrorLines.ShouldContain($"pipeline: skipped {one}");
    }

    [Fact]
    public async Task Links_that_go_round_or_nowhere_and_files_named_twice_end_well()
    {
        var photo = Run.Photo("album/a.jpg");
        var album = Path.Combine(Run.Folder, "album");
        Directory.CreateSymbolicLink(Path.Combine(album, "loop"), album);
        File.CreateSymbolicLink(Path.Combine(album, "same.jpg"), photo);
        File.CreateSymbolicLink(Path.Combine(album, "nowhere.jpg"), Path.Combine(album, "gone.jpg"));
        File.CreateSymbolicLink(Path.Combine(album, "circle.jpg"), Path.Combine(album, "circle.jpg"));

        (await Run.AgainstAsync(Api, "upload", "-r", album, photo, album + "/")).ShouldBe(ExitCode.Refused);

        Uploaded().ShouldBe(["a.jpg"]);
        Run.ErrorLines.ShouldContain($"pipeline: skipped {album}/loop: a link to a folder; name it to upload the photos in it");
        Run.ErrorLines.ShouldContain($"pipeline: skipped {album}/same.jpg: named twice");
        Run.Out.ShouldMatch("nowhere.jpg +not uploaded +unusable_file");
        Run.Out.ShouldMatch("circle.jpg +not uploaded +unusable_file");
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

        (await run.AgainstAsync(Api, "upload", "-", Path.Combine(run.Folder, "c.jpg"))).ShouldBe(ExitCode.Done);

        Uploaded().ShouldBe(["a.jpg", "b c.jpg", "c.jpg"]);
    }

    [Fact]
    public async Task A_name_with_a_line_end_goes_through_a_list_that_is_parted_by_NUL()
    {
        var photo = Run.Photo("two\nlines.jpg");
        Run.Typed = $"{photo}\0";

        (await Run.AgainstAsync(Api, "upload", "-")).ShouldBe(ExitCode.Done);

        Run.Out.ShouldContain("two lines.jpg");
    }

    [Theory]
    [InlineData("upload", "-")]
    [InlineData("upload", "-", "--json")]
    public async Task An_empty_list_is_no_mistake(params string[] args)
    {
        (await Run.AgainstAsync(Api, args)).ShouldBe(ExitCode.Done);

        Api.Requests.ShouldBeEmpty();
        if (args.Contains("--json")) Run.Document.GetProperty("total").GetInt32().ShouldBe(0);
        else Run.ErrorLines.ShouldBe(["pipeline: there are no files to upload"]);
    }

    [Fact]
    public async Task A_folder_without_photos_is_no_mistake_and_needs_no_token()
    {
        Run.Variables.Remove("PIPELINE_TOKEN");
        Directory.CreateDirectory(Path.Combine(Run.Folder, "album"));

        (await Run.AgainstAsync(Api, "upload", "-r", Path.Combine(Run.Folder, "album"))).ShouldBe(ExitCode.Done);

        Run.ErrorLines.ShouldBe(["pipeline: there are no files to upload"]);
    }

    [Fact]
    public async Task What_was_skipped_stands_in_the_document_and_not_on_stderr()
    {
        Run.Photo("album/a.jpg");
        Run.File("album/notes.txt", "text"u8.ToArray());

        (await Run.AgainstAsync(Api, "upload", "-r", Path.Combine(Run.Folder, "album"), "--json")).ShouldBe(ExitCode.Done);

        var skipped = Run.Document.GetProperty("skipped").EnumerateArray().ShouldHaveSingleItem();
        skipped.GetProperty("file").GetString().ShouldEndWith("notes.txt");
        skipped.GetProperty("reason").GetString().ShouldBe("not a photo");
        Run.Error.ShouldBeEmpty();
    }

    private IEnumerable<string> Uploaded() => Api.Uploads.Values.Select(upload => upload.Filename).Order(StringComparer.Ordinal);
}
