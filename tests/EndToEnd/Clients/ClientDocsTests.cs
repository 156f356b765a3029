namespace Pipeline.EndToEnd.Clients;

/// <summary>The programs of docs/clients for Node and .NET do what their pages say, as a reader copies them.</summary>
public sealed class ClientDocsTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private Server _server = null!;
    private Person _person = null!;

    public async Task InitializeAsync()
    {
        foreach (var page in (string[])["clients/fetch.md", "clients/csharp.md"]) await DocPrograms.WriteAsync(page, _folder);
        var client = await File.ReadAllTextAsync(_folder["client.cs"]);
        await File.WriteAllTextAsync(_folder["client.cs"], client.Replace("../pipeline/", $"{Repository.Root}/", StringComparison.Ordinal));
        await File.WriteAllBytesAsync(_folder["beach.jpg"], PlainPhoto.Bytes);
        _server = await Server.StartAsync();
        _person = await _server.PersonAsync();
    }

    public async Task DisposeAsync()
    {
        _person.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("upload.mjs")]
    [InlineData("upload.cs")]
    [InlineData("client.cs")]
    public async Task A_program_uploads_a_file_and_prints_its_variants(string program)
    {
        var (code, output) = await RunAsync(program, "beach.jpg");

        code.ShouldBe(0, output);
        output.ShouldContain("ready ");
        output.ShouldContain("w320 webp http");
        var asset = (await _person.GetAsync("/api/assets")).Json["items"]!.AsArray().ShouldHaveSingleItem();
        asset!["filename"]!.ToString().ShouldBe("beach.jpg");
    }

    [Theory]
    [InlineData("upload.mjs")]
    [InlineData("upload.cs")]
    [InlineData("client.cs")]
    public async Task A_program_shows_why_a_file_is_refused(string program)
    {
        await File.WriteAllTextAsync(_folder["notes.txt"], "no photo");

        var (code, output) = await RunAsync(program, "notes.txt");

        code.ShouldNotBe(0);
        output.ShouldContain("unsupported_type");
    }

    private Task<(int Code, string Output)> RunAsync(string program, string file) => RunningPrograms.EndAsync(
        _folder, program, ("API", _server.Address.AbsoluteUri.TrimEnd('/')), ("TOKEN", _person.Token), ("FILE", file));
}
