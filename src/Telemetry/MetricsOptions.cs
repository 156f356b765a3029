using System.ComponentModel.DataAnnotations;
using System.Net;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Telemetry;

/// <summary>Where a host serves its metrics to Prometheus. Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions : IValidatableObject
{
    public const string Section = "Metrics";

    /// <summary>
    /// Port of <c>/metrics</c>, apart from the public one; 0 serves no metrics. Default 9464, for the worker 9465. If another program has the
    /// default port, the host runs without metrics until the port is free; a configured port that is taken stops the start.
    /// </summary>
    [Range(0, 65535)]
    public int? Port { get; set; }

    /// <summary>The address to listen on: <c>localhost</c> (default), an IP address of this machine, or <c>*</c> for all.</summary>
    public string Address { get; set; } = "localhost";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address is not ("localhost" or "*") && !IPAddress.TryParse(Address, out _))
            yield return new ValidationResult($"`{Section}:{nameof(Address)}` must be localhost, an IP address or *, was '{Credentials.Hide(Address)}'");
    }
}

/// <summary>The port of a host's metrics if <see cref="MetricsOptions.Port"/> is not set.</summary>
internal sealed record DefaultMetricsPort(int Number);
