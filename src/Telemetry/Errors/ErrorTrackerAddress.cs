using Microsoft.Extensions.Configuration;
using Pipeline.Hosting;

namespace Pipeline.Telemetry.Errors;

/// <summary>The address of a Sentry project (DSN). It holds a key, so no message repeats it.</summary>
internal static class ErrorTrackerAddress
{
    public const string Variable = "SENTRY_DSN";

    /// <returns>The address; null if none is configured.</returns>
    /// <exception cref="StartFaultException">The address is invalid.</exception>
    public static string? Read(IConfiguration configuration) => configuration[Variable] switch
    {
        null or "" => null,
        var text when IsValid(text) => text,
        _ => throw new StartFaultException(
            StartExit.Misconfigured, $"`{Variable}` must be a Sentry DSN such as https://KEY@sentry.example.com/1: copy it from the settings of the project"),
    };

    private static bool IsValid(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
        && address.UserInfo.Split(':')[0].Length > 0
        && address.Query.Length == 0 && address.Fragment.Length == 0
        && address.AbsolutePath.Split('/')[^1] is { Length: > 0 } project && project.All(char.IsAsciiLetterOrDigit);
}
