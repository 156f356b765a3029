namespace Pipeline.TestKit;

/// <summary>The addresses of the servers of <c>./services.sh</c>, as settings of the two hosts.</summary>
public static class ProductionSettings
{
    public static string S3 => Setting("PIPELINE_S3", "http://127.0.0.1:9111");

    public static string Bucket => Setting("PIPELINE_S3_BUCKET", "pipeline-test");

    public static string AccessKey => Setting("PIPELINE_S3_ACCESS_KEY", "pipeline-test-key");

    public static string SecretKey => Setting("PIPELINE_S3_SECRET_KEY", "pipeline-test-secret-of-no-worth");

    /// <summary>The settings as environment variables; the caller may override them.</summary>
    /// <param name="jwtSecret">Secret of the tokens.</param>
    /// <param name="workFolder">Folder of the workers' local copies.</param>
    public static Dictionary<string, string> Of(string jwtSecret, string workFolder) => new(StringComparer.Ordinal)
    {
        ["JWT_SECRET"] = jwtSecret,
        ["Api__PublicUrl"] = "http://localhost",
        ["Uploads__RateLimit__PerMinute"] = "10000",
        ["RateLimits__ConfirmPerMinute"] = "10000",
        ["RateLimits__ReprocessPerMinute"] = "10000",
        ["RateLimits__RefusedVerbPerMinute"] = "10000",
        ["RateLimits__FocalPointPerMinute"] = "10000",
        ["RateLimits__DeletePerMinute"] = "10000",
        ["RateLimits__TicketPerMinute"] = "10000",
        ["RateLimits__WebhookChangePerMinute"] = "10000",
        ["RateLimits__WebhookTestPerMinute"] = "10000",
        ["RateLimits__WebhookReplayPerMinute"] = "10000",
        ["RateLimits__SignAgainPerMinute"] = "10000",
        ["RateLimits__KeepPerMinute"] = "10000",
        ["RateLimits__PartsPerMinute"] = "10000",
        ["RateLimits__DownloadUrlPerMinute"] = "10000",
        ["RateLimits__VisibilityPerMinute"] = "10000",
        ["Metrics__Port"] = "0", // many hosts run at once
        ["Dispatch__SweepSeconds"] = "1",
        ["ConnectionStrings__Assets"] = Setting("PIPELINE_POSTGRES", "Host=127.0.0.1;Port=5435;Database=pipeline;Username=pipeline;Password=pipeline"),
        ["RabbitMq__Uri"] = Setting("PIPELINE_RABBITMQ", "amqp://pipeline:pipeline@127.0.0.1:5674/"),
        ["Storage__S3__ServiceUrl"] = S3,
        ["Storage__S3__Bucket"] = Bucket,
        ["Storage__S3__AccessKeyId"] = AccessKey,
        ["Storage__S3__SecretAccessKey"] = SecretKey,
        ["Storage__S3__PublicUrl"] = "http://public.example",
        ["Processor__Clamd__Address"] = Setting("PIPELINE_CLAMD", "tcp://127.0.0.1:3311"),
        ["Processor__Work__Folder"] = workFolder,
    };

    private static string Setting(string name, string otherwise) => Environment.GetEnvironmentVariable(name) ?? otherwise;
}
