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

/// <summary>The one command that talks to the bucket and not to the API: who sets a bucket up has its keys, the API need not have the right.</summary>
static class CorsCommand
{
    private const string OriginVariable = "FRONTEND_URL";

    public static Command Create(GlobalOptions global, Surroundings around)
    {
        var origin = new Option<string?>("--origin") { Description = $"Address of the front end; else {OriginVariable}", HelpName = "URL" };
        var apply = new Option<bool>("--apply") { Description = "Set the rule at the bucket of the settings R2_* or Storage__S3__*; rules of others stay" };
        var command = new Command("cors", "Prints the rule that lets a front end upload to the bucket, or applies it.") { origin, apply };
        command.SetAction(async (parsed, stop) =>
        {
            var screen = new Screen(around, parsed.GetValue(global.Json));
            var frontEnd = Origin(parsed.GetValue(origin) ?? around.Variable(OriginVariable));
            var applied = parsed.GetValue(apply);
            if (applied) await ApplyAsync(around, frontEnd, stop);

            var rules = BucketCors.Json(frontEnd);
            screen.Document(new { applied, rules = JsonElement.Parse(rules) });
            foreach (var line in applied ? [$"The bucket lets pages of {frontEnd.GetLeftPart(UriPartial.Authority)} upload"] : rules.Split('\n'))
                screen.Line(line);
            return ExitCode.Done;
        });
        return command;
    }

    private static Uri Origin(string? text) =>
        text is null ? throw CliFailure.Usage($"Which front end? Give --origin URL or set {OriginVariable}")
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw CliFailure.Usage($"The front end's address must be a whole http or https URL, was '{text}'");

    private static async Task ApplyAsync(Surroundings around, Uri origin, CancellationToken stop)
    {
        var settings = around.HostSettings();
        AddSecretFiles(settings);
        await using var services = new ServiceCollection().AddS3Storage(settings).BuildServiceProvider();
        try
        {
            var cors = services.GetRequiredService<BucketCors>();
            await cors.ApplyAsync(origin, stop);
            if (!await cors.IsAppliedAsync(origin, stop))
                throw new CliFailure(ExitCode.Refused, "not_applied", "The store took the rule but does not show it: look at the bucket's settings");
        }
        catch (OptionsValidationException e)
        {
            throw CliFailure.Usage($"The bucket's settings are not complete: {string.Join("; ", e.Failures)}");
        }
        catch (BucketCorsException e)
        {
            throw new CliFailure(ExitCode.Refused, "store_refused", e.Message, e);
        }
    }

    private static void AddSecretFiles(ConfigurationManager settings)
    {
        try
        {
            settings.AddSecretFiles();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliFailure.Usage($"A file that a setting ending in _FILE names cannot be read: {e.Message}");
        }
    }
}
