using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Pipeline.Hosting;

public static class Startup
{
    /// <summary>The configuration is wrong; after sysexits.h's EX_CONFIG.</summary>
    private const int BadConfiguration = 78;

    /// <summary>Runs the host until it is stopped. A wrong configuration is told line by line instead of by a stack trace.</summary>
    /// <param name="prepare">
    /// What must be done before anything is served, such as routes and migrations; runs after the options were checked. Mapping health makes
    /// the bus, which would stumble over the first wrong option and hide the others.
    /// </param>
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunOrExplainAsync(this IHost host, Func<Task> prepare)
    {
        try
        {
            host.Services.GetService<IStartupValidator>()?.Validate();
            await prepare();
            await host.RunAsync();
            return 0;
        }
        catch (Exception e) when (Failures(e) is { Count: > 0 } failures)
        {
            await Console.Error.WriteLineAsync("The configuration is not valid; nothing was started:");
            foreach (var failure in failures) await Console.Error.WriteLineAsync($"  - {failure}");
            return BadConfiguration;
        }
    }

    private static List<string> Failures(Exception exception) => exception switch
    {
        OptionsValidationException one => [.. one.Failures],
        AggregateException many => [.. many.InnerExceptions.SelectMany(Failures).Distinct(StringComparer.Ordinal)],
        _ => [],
    };
}
