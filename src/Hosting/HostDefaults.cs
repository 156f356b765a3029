using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>What the two hosts have in common before their modules come in.</summary>
public static class HostDefaults
{
    private const string FileSuffix = "_FILE";

    /// <summary>A builder that listens on <c>PORT</c>, logs JSON lines and reads secrets from files.</summary>
    /// <param name="port">Where it listens unless <c>PORT</c> says otherwise.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args, int port)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        AddSecretFiles(builder.Configuration);
        builder.WebHost.UseUrls($"http://*:{builder.Configuration["PORT"] ?? port.ToString()}");
        builder.Logging.ClearProviders().AddJsonConsole(json => json.TimestampFormat = "O");
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        return builder;
    }

    // JWT_SECRET_FILE=/run/secrets/jwt gives JWT_SECRET: what stands in a file is in no process listing and no container's description.
    private static void AddSecretFiles(ConfigurationManager configuration)
    {
        var secrets = configuration.AsEnumerable()
            .Where(pair => IsSecretFile(pair.Key) && !string.IsNullOrEmpty(pair.Value))
            .ToDictionary(pair => pair.Key[..^FileSuffix.Length], pair => (string?)File.ReadAllText(pair.Value!).Trim(), StringComparer.OrdinalIgnoreCase);
        configuration.AddInMemoryCollection(secrets);
    }

    // Other programs have variables that end like this, too, such as SSL_CERT_FILE: ours lie in sections or have these names.
    private static bool IsSecretFile(string key) => key.EndsWith(FileSuffix, StringComparison.Ordinal)
        && (key.Contains(':', StringComparison.Ordinal) || key.StartsWith("JWT_", StringComparison.Ordinal) || key.StartsWith("R2_", StringComparison.Ordinal));
}
