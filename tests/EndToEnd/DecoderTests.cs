namespace Pipeline.EndToEnd;

/// <summary>The child processes in which a server decodes images.</summary>
public sealed class DecoderTests
{
    [Fact]
    public async Task The_server_itself_loads_no_image_library_and_its_decoder_does()
    {
        await using var server = await Server.StartAsync(("Scanner__Kind", "development"));

        File.ReadAllText($"/proc/{server.Id}/maps").ShouldNotContain("libvips");
        File.ReadAllText($"/proc/{Children(server.Id).ShouldHaveSingleItem()}/maps").ShouldContain("libvips");
    }

    [Fact]
    public async Task A_server_that_is_killed_leaves_no_decoder_behind_not_even_one_at_work()
    {
        await using var server = await Server.StartAsync(("Scanner__Kind", "development"));
        using var alice = await server.PersonAsync();
        var idle = Children(server.Id).ShouldHaveSingleItem();
        var before = CpuTicks(idle);
        for (var i = 0; i < 6; i++) await alice.UploadAsync(CameraPhoto.Bytes);
        await Eventually.True(() => CpuTicks(idle) > before + 10, "a decoder works");
        var decoders = Children(server.Id);

        await server.KillAsync();

        await Eventually.True(() => decoders.All(HasEnded), "the decoders end");
    }

    private static List<int> Children(int process) => [.. Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
        .Where(pid => pid > 0 && Fields(pid) is { } fields && fields[1] == process.ToString())];

    private static long CpuTicks(int pid) => Fields(pid) is { } fields ? long.Parse(fields[11]) + long.Parse(fields[12]) : 0;

    // The process that inherits it may reap it late; until then it is a zombie.
    private static bool HasEnded(int pid) => Fields(pid) is not { } fields || fields[0] is "Z" or "X";

    // The fields after the program's name, which may contain any character.
    private static string[]? Fields(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
