using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Hosting;

/// <summary>
/// Starts a host. If the start fails, prints each fault on one line of standard error, with its key and without secrets, instead of a stack
/// trace.
/// </summary>
public static class Startup
{
    /// <summary>Runs a host until it is stopped.</summary>
    /// <param name="build">Reads the configuration and adds the modules.</param>
    /// <param name="prepare">
    /// Preparation before the host serves requests, such as routes and migrations; runs after the options are validated. Mapping the health
    /// endpoints creates the bus, which would fail on the first invalid option and hide the others.
    /// </param>
    /// <returns>The exit code of the process: 0 after a clean stop, else one of <see cref="StartExit"/>.</returns>
    public static Task<int> RunOrExplainAsync(Func<Task<WebApplication>> build, Func<WebApplication, Task> prepare) => ExplainAsync(
        build,
        async app =>
        {
            ListeningPort.ThrowIfTaken(app.Configuration);
            await prepare(app);
            await app.RunAsync();
        });

    /// <summary>Does one piece of work with the host's settings and ends, without serving anything.</summary>
    /// <returns>The exit code of the process, as of <see cref="RunOrExplainAsync"/>.</returns>
    public static Task<int> RunOnceAsync(Func<Task<WebApplication>> build, Func<WebApplication, Task> work) => ExplainAsync(build, work);

    private static async Task<int> ExplainAsync(Func<Task<WebApplication>> build, Func<WebApplication, Task> run)
    {
        var redactor = new SecretRedactor(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        try
        {
            await using var app = await build();
            redactor = new SecretRedactor(app.Configuration);
            return await RunAsync(app, run);
        }
        catch (Exception e) when (e is not HostAbortedException) // EF Core's tools abort a host this way once it is built
        {
            var (exit, faults) = Explain(e);
            foreach (var fault in faults.Distinct(StringComparer.Ordinal)) await Console.Error.WriteLineAsync($"Not started: {OneLine(redactor.Redact(fault))}");
            return (int)exit;
        }
    }

    private static async Task<int> RunAsync(WebApplication app, Func<WebApplication, Task> run)
    {
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
            await run(app);
            return 0;
        }
        catch (Exception e) when (e is not HostAbortedException && Explain(e).Exit == StartExit.Unexpected)
        {
            // While the services are still there. The console does not show it: its line of standard error is redacted.
            app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(StartupLogFilter.Category).StartFailed(e);
            throw;
        }
    }

    /// <summary>Runs several checks at once and reports all faults.</summary>
    public static async Task CheckAllAsync(params IEnumerable<Task> checks)
    {
        var all = Task.WhenAll(checks);
        await all.ContinueWith(_ => { }, TaskScheduler.Default);
        if (all.Exception is { } faults) throw new AggregateException(faults.InnerExceptions);
    }

    private static (StartExit Exit, IEnumerable<string> Faults) Explain(Exception exception) => exception switch
    {
        StartFaultException fault => (fault.Exit, fault.Faults),
        OptionsValidationException options => (StartExit.Misconfigured, options.Failures),
        AggregateException { InnerExceptions: { Count: > 0 } all } => (all.Max(e => Explain(e).Exit), all.SelectMany(e => Explain(e).Faults)),
        AddressInUseException => (StartExit.Away, [ListeningPort.InUse]),
        InvalidDataException { InnerException: { } inner } file when JsonFault(inner) is { } where =>
            (StartExit.Misconfigured, [$"{file.Message.TrimEnd('.')}: it is not valid JSON{where}. Correct the file."]),
        { InnerException: { } inner } when Explain(inner) is { Exit: not StartExit.Unexpected } known => known,
        _ => (StartExit.Unexpected, [Unexpected(exception)]),
    };

    // Gives the position only: the text around it may be a secret.
    private static string? JsonFault(Exception exception) => exception switch
    {
        JsonException json => $" at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}",
        FormatException { InnerException: { } inner } => JsonFault(inner),
        FormatException => "",
        _ => null,
    };

    // For a bug report: the exceptions, and the place in our code.
    private static string Unexpected(Exception exception)
    {
        var text = new StringBuilder("an unexpected error; please report it:");
        for (var e = exception; e is not null; e = e.InnerException) text.Append($" {e.GetType().Name}: {e.Message}");
        var where = exception.StackTrace?.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith("at Pipeline.", StringComparison.Ordinal));
        return where is null ? text.ToString() : text.Append($" ({where.Split(" in ")[0]})").ToString();
    }

    private static string OneLine(string text) => string.Join(' ', string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
