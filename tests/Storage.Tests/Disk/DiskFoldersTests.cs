using Pipeline.Storage.Disk;
using Pipeline.TestKit;

namespace Pipeline.Storage.Tests.Disk;

public sealed class DiskFoldersTests
{
    [Fact]
    public async Task A_file_finds_its_place_while_others_keep_pruning_the_folder_from_under_it()
    {
        using var root = new TempFolder();
        var placing = Task.Run(async () =>
        {
            for (var round = 0; round < 60; round++)
            {
                await File.WriteAllTextAsync(root["draft"], "x");
                DiskFolders.Place(root["draft"], root["a/b/c/object"]);
                File.Delete(root["a/b/c/object"]);
            }
        });
        while (!placing.IsCompleted) DiskFolders.Prune(root.Path, root["a/b/c"]);

        await placing;
    }

    [Fact]
    public async Task Pruning_stops_at_the_first_folder_that_holds_something()
    {
        using var root = new TempFolder();
        Directory.CreateDirectory(root["a/b/c"]);
        await File.WriteAllTextAsync(root["a/kept"], "x");

        DiskFolders.Prune(root.Path, root["a/b/c"]);

        Directory.Exists(root["a/b"]).ShouldBeFalse();
        File.Exists(root["a/kept"]).ShouldBeTrue();
    }
}
