using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;
using Pipeline.Processor.Scanning;

namespace Pipeline.AllInOne.Embedding;

/// <summary>Which scanner the embedded mode uses. Section <c>Scanner</c>.</summary>
internal sealed class EmbeddedScannerOptions
{
    public const string Section = "Scanner";

    /// <summary>
    /// <c>clamd</c>, <c>development</c>, or <c>auto</c> (default): clamd if one answers at <c>Processor:Clamd:Address</c> when the process
    /// starts. The choice is made once: if clamd fails later, scans are retried, never skipped.
    /// </summary>
    [AllowedValues("auto", "clamd", "development", ErrorMessage = "`Scanner:Kind` must be auto, clamd or development")]
    public string Kind { get; set; } = "auto";
}

/// <summary>Chooses the scanner and logs the choice clearly.</summary>
internal static partial class EmbeddedScanner
{
    public static async Task AddEmbeddedScannerAsync(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<EmbeddedScannerOptions>(builder.Configuration, EmbeddedScannerOptions.Section);
        var kind = builder.Configuration[$"{EmbeddedScannerOptions.Section}:{nameof(EmbeddedScannerOptions.Kind)}"] ?? "auto";
        var health = kind == "auto" ? await ProbeAsync(builder.Configuration) : null;
        var useDevelopment = kind == "development" || health is ScannerHealth.Unreliable;
        if (useDevelopment) builder.Services.AddDevelopmentScanner();
        else builder.Services.AddClamdScanner(builder.Configuration, HealthStatus.Degraded);
        builder.Services.AddHostedService(provider =>
            new Announcement(!useDevelopment, health, provider.GetRequiredService<ILogger<Announcement>>()));
    }

    private static async Task<ScannerHealth?> ProbeAsync(IConfiguration configuration)
    {
        try
        {
            return await ScannerProbe.For(configuration, TimeProvider.System).CheckAsync(CancellationToken.None);
        }
        catch (OptionsValidationException)
        {
            // The start validates the same options and reports the fault; until then the choice is clamd.
            return null;
        }
    }

    [LoggerMessage(201, LogLevel.Information, "Uploads are scanned by clamd")]
    private static partial void LogClamd(this ILogger logger);

    [LoggerMessage(202, LogLevel.Warning, "NO VIRUS SCANNER: only the EICAR test file is found. {Why} Never accept uploads from untrusted users like this.")]
    private static partial void LogDevelopmentScanner(this ILogger logger, string why);

    internal sealed class Announcement(bool clamd, ScannerHealth? health, ILogger<Announcement> logger) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (clamd) logger.LogClamd();
            else logger.LogDevelopmentScanner(health is ScannerHealth.Unreliable { Reason: var why } ? why : "`Scanner:Kind` asks for it.");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
