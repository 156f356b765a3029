using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.Cli.Configuration;
using Pipeline.Cli.Output;
using Pipeline.Hosting;
using Pipeline.Storage.S3;

namespace Pipeline.Cli.Commands;

/// <summary>
/// The only command that accesses the bucket and not the API: the person who sets up a bucket has its keys, and the API does not need that
/// right.
/// </summary>
static class CorsCommand
{
    private const string OriginVariable = "FRONTEND_URL";

    // The same separators as in the API.
    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    public static Command Create(GlobalOptions global, CliEnvironment environment)
    {
        var origin = new Option<string[]>("--origin") { Description = $"URL of a front end; repeat it for several; default: {OriginVariable}", HelpName = "URL" };
        var apply = new Option<bool>("--apply") { Description = "Set the rule on the bucket in the settings R2_* or Storage__S3__*; keeps other rules" };
        var command = new Command("cors", "Prints the CORS rule that lets a front end upload to the bucket, or applies it.") { origin, apply };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = new ConsoleOutput(environment, parsed.GetValue(global.Json));
            var origins = Origins(parsed.GetValue(origin) ?? [], environment);
            var applied = parsed.GetValue(apply);

            // After applying, show all rules of the bucket, because the rules of others matter too.
            var rules = applied ? await ApplyAsync(environment, origins, output, cancellationToken) : BucketCors.Json(origins);
            output.Document(new { applied, rules = JsonElement.Parse(rules) });
            foreach (var line in rules.Split('\n')) output.Line(line);
            return ExitCode.Done;
        });
        return command;
    }

    private static Uri[] Origins(string[] given, CliEnvironment environment) =>
        given.Length > 0 ? Array.ConvertAll(given, Origin)
        : environment.Variable(OriginVariable) is { } set ? Array.ConvertAll(set.Split(Separators, StringSplitOptions.RemoveEmptyEntries), Origin)
        : throw CliFailure.Usage($"No front end is given. Give --origin URL or set {OriginVariable}");

    private static Uri Origin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "" }
            ? url
            : throw CliFailure.Usage($"The front end's address must be an absolute http or https URL without a user name, was '{text}'");

    /// <summary>Sets the rule, and returns all rules of the bucket.</summary>
    private static async Task<string> ApplyAsync(CliEnvironment environment, Uri[] origins, ConsoleOutput output, CancellationToken cancellationToken)
    {
        var settings = environment.HostSettings();
        AddSecretFiles(settings);
        await using var services = new ServiceCollection().AddBucketCors(settings).BuildServiceProvider();
        try
        {
            var cors = services.GetRequiredService<BucketCors>();
            var removed = await cors.ApplyAsync(origins, cancellationToken);
            if (!await cors.IsAppliedAsync(origins, cancellationToken))
                throw new CliFailure(ExitCode.Refused, "not_applied", "The store accepted the rule but does not return it: check the bucket's settings");
            if (removed.Count > 0) output.Notice($"the previous rule also allowed {string.Join(", ", removed)}; to keep these, give --origin for each");
            output.Notice("the bucket has the rule; these are all its rules, of which the first that matches applies");
            return await cors.ReadJsonAsync(cancellationToken);
        }
        catch (OptionsValidationException e)
        {
            throw CliFailure.Usage($"The bucket's settings are not complete: {string.Join("; ", e.Failures)}");
        }
        catch (BucketCorsException e)
        {
            throw e.IsOutage
                ? new CliFailure(ExitCode.Unreachable, "unreachable", e.Message, e)
                : new CliFailure(ExitCode.Refused, "store_refused", e.Message, e);
        }
    }

    private static void AddSecretFiles(ConfigurationManager settings)
    {
        try
        {
            settings.AddSecretFiles();
        }
        catch (StartFaultException e)
        {
            throw CliFailure.Usage(e.Message);
        }
    }
}
