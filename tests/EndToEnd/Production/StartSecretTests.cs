namespace Pipeline.EndToEnd.Production;

/// <summary>A start that fails because of a secret prints no part of it, neither to standard output nor to standard error.</summary>
public sealed class StartSecretTests
{
    // Each secret is two marks with an odd text between them.
    private const string Left = "Qx7Left";
    private const string Right = "Qx7Right";

    [Theory]
    [InlineData("Pipeline.UploadApi.dll", "#")]
    [InlineData("Pipeline.UploadApi.dll", "%zz\"'")]
    [InlineData("Pipeline.UploadApi.dll", "\n;@/?x=")]
    [InlineData("Pipeline.Processor.dll", "#")]
    [InlineData("Pipeline.Processor.dll", "\"ü€ :@")]
    [InlineData("Pipeline.AllInOne.dll", "#;\n%")]
    public async Task Secrets_with_odd_characters_in_all_keys_at_once_are_not_told(string host, string odd)
    {
        var secret = $"{Left}{odd}{Right}";
        await IsSilentAsync(host, 78, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["JWT_SECRET"] = "Qx7Left",
            ["RabbitMq__Uri"] = $"amqp://pipeline:{secret}@127.0.0.1:5672/",
            ["ConnectionStrings__Assets"] = $"Host=db;Password={secret};Nonsense=1",
            ["R2_ACCESS_KEY_ID"] = secret + "€",
            ["R2_SECRET_ACCESS_KEY"] = secret + "€",
            ["Storage__S3__ServiceUrl"] = $"https://user:{secret}@store.example",
            ["Storage__S3__PublicUrl"] = $"https://user:{secret}@public.example",
            ["Storage__Areas__Public__SecretAccessKey"] = secret + "€",
            ["Storage__Disk__BaseUrl"] = $"https://user:{secret}@disk.example?",
            ["Api__PublicUrl"] = $"ftp://user:{secret}@api.example",
            ["FRONTEND_URL"] = $"ftp://user:{secret}@front.example",
            ["Processor__Clamd__Address"] = $"tcp://user:{secret}@scanner.example",
            ["Uploads__MaxBytes"] = "0",
        });
    }

    [Theory]
    [InlineData("RabbitMq__Uri", 78)]
    [InlineData("ConnectionStrings__Assets", 78)]
    [InlineData("Storage__S3__SecretAccessKey", 78)]
    [InlineData("Storage__S3__AccessKeyId", 78)]
    public async Task A_secret_that_its_server_refuses_is_not_told(string key, int exitCode)
    {
        var settings = ProductionSettings.Of(new string('s', 32), "work");
        settings[key] = key switch
        {
            "RabbitMq__Uri" => new UriBuilder(settings[key]) { Password = Uri.EscapeDataString($"{Left}#/@€{Right}") }.Uri.AbsoluteUri,
            "ConnectionStrings__Assets" => $"{settings[key]};Password='{Left};\"={Right}'",
            _ => $"{Left}#%@{Right}",
        };
        await IsSilentAsync("Pipeline.UploadApi.dll", exitCode, settings);
    }

    private static async Task IsSilentAsync(string host, int exitCode, Dictionary<string, string> settings)
    {
        using var folder = new TempFolder();
        await using var server = ServerProcess.Launch(Path.Combine(AppContext.BaseDirectory, host), folder.Path, settings);
        (await server.EndAsync()).ShouldBe(exitCode, server.Log);
        server.Errors.ShouldNotBeEmpty();
        server.Errors.ShouldAllBe(line => line.StartsWith("Not started: ", StringComparison.Ordinal));
        server.Log.ShouldNotContain(Left);
        server.Log.ShouldNotContain(Right);
    }
}
