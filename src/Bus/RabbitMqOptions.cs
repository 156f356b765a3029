using System.ComponentModel.DataAnnotations;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Bus;

/// <summary>The broker between API and workers. Section <c>RabbitMq</c>.</summary>
public sealed class RabbitMqOptions : IValidatableObject
{
    public const string Section = "RabbitMq";

    private const string Form = "amqp://user:password@host:5672/ or amqps://…, with what is special in the password percent-encoded, such as %23 for #";

    /// <summary><c>amqp://user:password@host:5672/vhost</c>, or amqps; <c># % / ? @ :</c> in the password percent-encoded. No default.</summary>
    [Required]
    [Secret(Form)]
    public Uri? Uri { get; set; }

    /// <summary>
    /// Deliveries of one request after which its asset has failed, if each of them cost a worker its life. Default 3: the last of them is apart
    /// from all other requests. RabbitMQ keeps the number with the queues, so another one wants them deleted first.
    /// </summary>
    [Range(2, 20)]
    public int DeliveryLimit { get; set; } = 3;

    /// <summary>Seconds between two looks into the queues of messages that were put aside. Default 60. Only the API looks.</summary>
    [Range(1, 3600)]
    public int ErrorQueueSeconds { get; set; } = 60;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // One that is cut would have the host wait for a broker that never comes, and a part of the password stand in the log as its name.
        if (Uri is not null && (Uri is not { IsAbsoluteUri: true, Scheme: "amqp" or "amqps", Host.Length: > 0 } || Credentials.AreCut(Uri)))
            yield return new ValidationResult($"`{Section}:{nameof(Uri)}` must be {Form}");
    }
}
