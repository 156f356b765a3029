namespace Pipeline.EndToEnd;

/// <summary>The embedded server's files are private to its user.</summary>
public sealed class DataFolderTests
{
    private const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    [Fact]
    public async Task A_life_leaves_nothing_that_another_user_can_read()
    {
        await using var server = await Server.StartAsync();
        using var alice = await server.PersonAsync();
        (await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");

        Open(server.DataFolder).ShouldBeEmpty();
        Entries(server.DataFolder).ShouldContain(entry => entry.Name == "assets.db-wal", "or the database lies elsewhere");
        server.Log.ShouldNotContain("was readable by other users");
    }

    [Fact]
    public async Task A_folder_of_an_older_version_is_closed_at_the_start_and_that_is_told_in_one_line()
    {
        await using var server = await Server.StartAsync();
        using var alice = await server.PersonAsync();
        (await alice.TerminalAsync(await alice.UploadAsync(PlainPhoto.Bytes))).Text("status").ShouldBe("ready");
        await server.StopAsync();
        foreach (var entry in Entries(server.DataFolder)) entry.UnixFileMode |= UnixFileMode.GroupRead | UnixFileMode.OtherRead;

        await server.StartAgainAsync();

        Open(server.DataFolder).ShouldBeEmpty();
        server.Log.Split('\n').Count(line => line.Contains("was readable by other users", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static List<string> Open(string folder) => [.. Entries(folder).Where(entry => entry.Exists && (entry.UnixFileMode & Others) != UnixFileMode.None).Select(entry => $"{entry.FullName} {entry.UnixFileMode}")];

    private static List<FileSystemInfo> Entries(string folder) =>
        [new DirectoryInfo(folder), .. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)];
}
