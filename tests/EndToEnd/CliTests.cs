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

        (code, output) = await RunAsync(alice, "upload", photo);
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
