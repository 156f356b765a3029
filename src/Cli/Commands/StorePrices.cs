using Microsoft.Extensions.Options;
using Pipeline.Hosting;
using Pipeline.Storage.Costs;

namespace Pipeline.Cli.Commands;

/// <summary>The prices of the store, from the same variables as the server's.</summary>
static class StorePrices
{
    public static PricesOptions Read(CliEnvironment environment)
    {
        try
        {
            using var settings = environment.HostSettings();
            return ValidatedOptions.Read<PricesOptions>(settings, PricesOptions.Section);
        }
        catch (OptionsValidationException e)
        {
            throw CliFailure.Usage($"The prices are not valid: {string.Join("; ", e.Failures)}");
        }
    }
}
