using System.Diagnostics;

namespace Pipeline.EndToEnd;

[Collection(SharedServerTests.Name)]
public sealed class CliTests(SharedServer shared)
{
    [Fact]
    public async Task An_upload_of_a_photo_and_a_text_tells_of_both_and_exits_with_1()
    {
        using var photos = new Photos();
        var photo = photos.Write("beach.jpg", CameraPhoto.Bytes);
        var text = photos.Write("notes.jpg", "no picture"u8);
        using var alice = await shared.Server.PersonAsync("cli-user");

        var (code, output) = await RunAsync(alice, "upload", photo, text, "--json");
        code.ShouldBe(1);
        output.ShouldContain("w2048");
        output.ShouldContain("unsupported_type");
        output.ShouldNotContain(alice.Token);

        (code, output) = await RunAsync(alice, "upload", photo, "--urls");
        code.ShouldBe(0);
        output.ShouldContain("w640");
        var id = JsonNode.Parse((await RunAsync(alice, "assets", "--json", "--limit", "1")).Output)!["items"]![0]!["id"]!.GetValue<string>();
        (code, output) = await RunAsync(alice, "asset", id);
        code.ShouldBe(0);
        output.ShouldContain("confirmed");
        (await RunAsync(alice, "reprocess", "--id", id, "--wait")).Code.ShouldBe(0);
        (await RunAsync(alice, "delete", id, "--yes")).Code.ShouldBe(0);
        (await alice.AssetAsync(Guid.Parse(id))).Text("status").ShouldBe("deleted");
    }

    [Fact]
    public async Task What_the_server_has_is_not_sent_again_until_it_is_deleted()
    {
        using var photos = new Photos();
        var (photo, copy) = (photos.Write("beach.jpg", CameraPhoto.Bytes), photos.Write("copy.jpg", CameraPhoto.Bytes));
        using var bob = await shared.Server.PersonAsync("cli-skipper");
        var first = (await RunAsync(bob, "upload", photo, "--ids", "--quiet")).Output.Trim();

        (await RunAsync(bob, "upload", photo, copy, "--skip-existing", "--ids", "--quiet")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe([first, first]);

        (await RunAsync(bob, "delete", first, "--yes")).Code.ShouldBe(0);
        var (code, second) = await RunAsync(bob, "upload", photo, "--skip-existing", "--ids", "--quiet");
        code.ShouldBe(0);
        Guid.Parse(second.Trim()).ShouldNotBe(Guid.Parse(first));
    }

    private async Task<(int Code, string Output)> RunAsync(Person person, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pipeline.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["PIPELINE_SERVER"] = shared.Server.Address.AbsoluteUri;
        start.Environment["PIPELINE_TOKEN"] = person.Token;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
