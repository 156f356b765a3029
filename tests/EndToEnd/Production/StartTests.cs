namespace Pipeline.EndToEnd.Production;

public sealed class StartTests
{
    [Theory]
    [InlineData("Pipeline.UploadApi.dll", "JWT_SECRET", "Api:PublicUrl", "ConnectionStrings:Assets", "RabbitMq:Uri", "R2_ACCOUNT_ID", "R2_BUCKET_NAME")]
    [InlineData("Pipeline.Processor.dll", "RabbitMq:Uri", "R2_ACCOUNT_ID", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME", "R2_PUBLIC_URL")]
    public async Task A_host_without_its_settings_names_all_that_is_missing_at_once(string program, params string[] names)
    {
        using var folder = new TempFolder();

        var refusal = await Should.ThrowAsync<InvalidOperationException>(
            () => ServerProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, program), folder.Path, new Dictionary<string, string>()));

        refusal.Message.ShouldContain("Not started: ");
        foreach (var name in names) refusal.Message.ShouldContain(name);
        refusal.Message.ShouldNotContain("   at ", customMessage: "no stack trace");
    }
}
