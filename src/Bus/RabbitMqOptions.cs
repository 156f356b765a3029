using System.ComponentModel.DataAnnotations;
using Pipeline.Hosting;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Bus;

/// <summary>The broker between API and workers. Section <c>RabbitMq</c>.</summary>
public sealed class RabbitMqOptions : IValidatableObject
{
    public const string Section = "RabbitMq";

    private const string Form = "amqp://user:password@host:5672/ or amqps://…, with special characters in the password percent-encoded, such as %23 for #";

    /// <summary><c>amqp://user:password@host:5672/vhost</c>, or amqps; <c># % / ? @ :</c> in the password percent-encoded. No default.</summary>
    [Required]
    [Secret(Form)]
    public Uri? Uri { get; set; }

    /// <summary>
    /// File with the authority's certificate in PEM form, for a broker whose certificate no public authority signed. With it only this authority is
    /// trusted, and only for the broker. Default: the machine's authorities. For amqps.
    /// </summary>
    public string? CaFile { get; set; }

    internal bool IsEncrypted => Uri?.Scheme == "amqps";

    /// <summary>
    /// Deliveries of one request after which its asset fails, if each delivery crashed a worker. Default 3: the last delivery is isolated from
    /// all other requests. RabbitMQ stores the number with the queues, so delete the queues before you change it.
    /// </summary>
    [Range(2, 20)]
    public int DeliveryLimit { get; set; } = 3;

    /// <summary>
    /// Outcome queues that the outcomes of all assets are split among. Default 1. An API declares and reads as many, and reads all others that
    /// exist; a worker uses as many of them as exist.
    /// </summary>
    [Range(1, Contracts.OutcomeLanes.Most)]
    public int OutcomeLanes { get; set; } = 1;

    /// <summary>Seconds between two checks of the error queues. Default 60. Only the API checks them.</summary>
    [Range(1, 3600)]
    public int ErrorQueueSeconds { get; set; } = 60;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // With a truncated address the host would wait for a broker that does not exist, and log part of the password as its host name.
        if (Uri is not null && (Uri is not { IsAbsoluteUri: true, Scheme: "amqp" or "amqps", Host.Length: > 0 } || Credentials.AreCut(Uri)))
            yield return new ValidationResult($"`{Section}:{nameof(Uri)}` must be {Form}");
        if (TrustedCertificates.Fault($"{Section}:{nameof(CaFile)}", CaFile) is { } fault) yield return new ValidationResult(fault);
        if (!string.IsNullOrEmpty(CaFile) && Uri is { IsAbsoluteUri: true, Scheme: "amqp" })
            yield return new ValidationResult($"`{Section}:{nameof(CaFile)}` is set, but the scheme of `{Section}:{nameof(Uri)}` is not amqps, so the connection would not be encrypted");
    }
}
