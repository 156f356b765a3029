using System.ComponentModel.DataAnnotations;

namespace Pipeline.Bus;

/// <summary>The broker between API and workers. Section <c>RabbitMq</c>.</summary>
public sealed class RabbitMqOptions : IValidatableObject
{
    public const string Section = "RabbitMq";

    /// <summary><c>amqp://user:password@host:5672/vhost</c>, or amqps. No default.</summary>
    [Required]
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
        if (Uri is not null && (!Uri.IsAbsoluteUri || Uri.Scheme is not ("amqp" or "amqps")))
            yield return new ValidationResult($"`{Section}:{nameof(Uri)}` must be amqp://… or amqps://…");
    }
}
