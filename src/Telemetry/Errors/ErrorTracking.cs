using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pipeline.Telemetry.Errors;

/// <summary>Reports of unexpected exceptions. Off unless <c>SENTRY_DSN</c> names the receiver.</summary>
internal static class ErrorTracking
{
    // Their exceptions also reach the code that knows the asset and the code of the failure, or are handled there.
    private static readonly string[] Silent = ["Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore.Diagnostics", "Npgsql"];

    public static void AddErrorTracking(this WebApplicationBuilder builder, string host, string version)
    {
        if (ErrorTrackerAddress.Read(builder.Configuration) is not { } address) return;
        builder.Services.AddSingleton(provider => new ErrorTracker(address, host, version, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<ILoggerProvider, ErrorLoggerProvider>();
        builder.Logging.AddFilter<ErrorLoggerProvider>(category: null, LogLevel.Warning);
        foreach (var category in Silent) builder.Logging.AddFilter<ErrorLoggerProvider>(category, LogLevel.None);
    }
}
