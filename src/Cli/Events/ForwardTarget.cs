using System.CommandLine;

namespace Pipeline.Cli.Events;

/// <summary>Parses the URL to which events are forwarded. It is used with its path and query; messages show it without its query, which may hold a secret.</summary>
static class ForwardTarget
{
    public static Option<Uri> Option() => new("--forward-to")
    {
        Description = "URL of your program, which gets each event as a signed POST",
        HelpName = "URL",
        Required = true,
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.UserInfo.Length == 0) return url;
            result.AddError("--forward-to must be an http or https URL without a user name, such as http://localhost:3000/webhooks.");
            return null;
        },
    };

    public static string Shown(Uri url) => url.GetLeftPart(UriPartial.Path);
}
