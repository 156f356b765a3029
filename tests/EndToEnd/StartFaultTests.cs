using System.Net;
using System.Net.Sockets;

namespace Pipeline.EndToEnd;

/// <summary>An embedded server that cannot start writes one line with the key and the remedy.</summary>
public sealed class StartFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("PORT", "abc", "`PORT` must be 1–65535")]
    [InlineData("Uploads__MaxBytes", "many", "`Uploads:MaxBytes` must be a whole number")]
    [InlineData("JWT_SECRET_FILE", "/nowhere/secret", "`JWT_SECRET_FILE` names the file /nowhere/secret, which cannot be used (there is none)")]
    [InlineData("JWT_SECRET_FILE", "/", "which cannot be used (it is a folder)")]
    [InlineData("Data__Folder", "/proc/nowhere", "`Data:Folder`: the folder /proc/nowhere cannot be written")]
    [InlineData("Storage__Disk__Root", "/proc/nowhere", "`Storage:Disk:Root`: the folder /proc/nowhere cannot be written")]
    [InlineData("Processor__Work__Folder", "/proc/nowhere", "`Processor:Work:Folder`: the folder /proc/nowhere cannot be written")]
    public Task What_is_wrong_is_one_line_and_ends_the_start_with_78(string key, string value, string told) => FailAsync(78, (key, value), told: [told]);

    [Fact]
    public async Task A_port_that_is_taken_ends_the_start_with_75()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        await FailAsync(75, ("PORT", $"{((IPEndPoint)other.LocalEndpoint).Port}"), told: ["`PORT`", "is in use by another program"]);
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_gets_one_line_and_the_first_goes_on()
    {
        await using var first = await Server.StartAsync();

        await FailAsync(75, ("Data__Folder", first.DataFolder), told: ["`Data:Folder`", "another server uses"]);
        using var alice = await first.PersonAsync();
        (await alice.GetAsync("/health/live")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_damaged_database_is_named_and_not_touched()
    {
        Directory.CreateDirectory(_folder["data"]);
        await File.WriteAllTextAsync(_folder["data/assets.db"], new string('x', 5000));

        await FailAsync(78, told: ["assets.db is damaged or not a database"]);
        (await File.ReadAllTextAsync(_folder["data/assets.db"])).ShouldBe(new string('x', 5000));
    }

    [Fact]
    public async Task A_folder_with_things_of_others_is_neither_taken_nor_closed()
    {
        var shared = Directory.CreateDirectory(_folder["shared"]);
        shared.UnixFileMode |= UnixFileMode.OtherRead;
        await File.WriteAllTextAsync(_folder["shared/notes.txt"], "mine");

        await FailAsync(78, ("Data__Folder", shared.FullName), told: ["holds other files"]);
        new DirectoryInfo(shared.FullName).UnixFileMode.ShouldBe(shared.UnixFileMode);
    }

    private async Task FailAsync(int exitCode, (string Name, string Value)? setting = null, params string[] told)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Scanner__Kind"] = "development" };
        if (setting is var (name, value)) settings[name] = value;
        await using var server = ServerProcess.Launch(Path.Combine(AppContext.BaseDirectory, "Pipeline.AllInOne.dll"), _folder.Path, settings);
        (await server.EndAsync()).ShouldBe(exitCode, server.Log);
        server.Log.ShouldNotContain("   at ", customMessage: "no stack trace");
        var line = server.Errors.ShouldHaveSingleItem();
        foreach (var part in told.Prepend("Not started: ")) line.ShouldContain(part);
    }
}
