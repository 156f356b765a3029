using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>Setup that both hosts share, before they add their modules.</summary>
public static class HostDefaults
{
    /// <summary>Creates a builder that listens on <c>PORT</c>, logs JSON lines and reads secrets from files.</summary>
    /// <param name="port">The port if <c>PORT</c> is not set.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args, int port)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecretFiles();
        builder.WebHost.UseUrls($"http://*:{ListeningPort.Read(builder.Configuration, port)}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.ClearProviders().AddJsonConsole(json =>
        {
            json.TimestampFormat = "O";
            json.IncludeScopes = true; // adds the request id to each of its log lines
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Its scope would put the raw request path into each log line of a request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.AddQuietStart();
        return builder;
    }
}
