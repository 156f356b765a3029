namespace Pipeline.EndToEnd;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_by_the_names_of_the_keys()
    {
        var told = await Should.ThrowAsync<InvalidOperationException>(() => Server.StartAsync(
            ("Uploads__MaxBytes", "0"),
            ("Uploads__NoSuchKey", "1"),
            ("Dispatch__MaxAttempts", "many"),
            ("Processor__Limit__MaxMegapixels", "1"),
            ("Processor__Limits__MaxMegapixels", "0"),
            ("Processor__Profiles__web__JpegQuality", "101"),
            ("JWT_SECRET", "short")));
        foreach (var key in new[] { "Uploads:MaxBytes", "Uploads:NoSuchKey", "Dispatch:MaxAttempts", "Processor:Limit", "Processor:Limits:MaxMegapixels", "Processor:Profiles:web:JpegQuality", "JWT_SECRET" })
            told.Message.ShouldContain(key);
        told.Message.ShouldNotContain("   at Pipeline", Case.Sensitive, "no stack trace");
    }
    [Fact]
    public async Task The_embedded_server_has_one_heap_and_not_one_for_each_core()
    {
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Pipeline.AllInOne.runtimeconfig.json")))!;
        settings["runtimeOptions"]!["configProperties"]!["System.GC.Server"]!.GetValue<bool>().ShouldBeFalse();
    }
}
