using Microsoft.Extensions.Configuration;
using Pipeline.Hosting;

namespace Pipeline.Telemetry;

/// <summary>The OpenTelemetry collector. The exporters read this variable and the others of the OpenTelemetry specification themselves.</summary>
internal static class Collector
{
    public const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <returns>The collector's address; null if none is configured.</returns>
    /// <exception cref="StartFaultException">The address is invalid; the exporters would ignore it silently.</exception>
    public static Uri? Read(IConfiguration configuration) => configuration[Variable] switch
    {
        null or "" => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" => address,
        _ => throw new StartFaultException(StartExit.Misconfigured, $"`{Variable}` must be an address such as http://collector:4317"),
    };
}
