using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting;

/// <summary>What the two hosts have in common before their modules come in.</summary>
public static class HostDefaults
{
    /// <summary>A builder that listens on <c>PORT</c>, logs JSON lines and reads secrets from files.</summary>
    /// <param name="port">Where it listens unless <c>PORT</c> says otherwise.</param>
    public static WebApplicationBuilder CreateBuilder(string[] args, int port)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddSecretFiles();
        builder.WebHost.UseUrls($"http://*:{ListeningPort.Read(builder.Configuration, port)}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.ClearProviders().AddJsonConsole(json =>
        {
            json.TimestampFormat = "O";
            json.IncludeScopes = true; // the id of the request, in each of its lines
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // Its scope would put the address that somebody typed into each line of a request.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.AddQuietStart();
        return builder;
    }
}
