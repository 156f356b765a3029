using System.ComponentModel.DataAnnotations;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Assets.StoreEvents;

/// <summary>Notifications of the object store about uploads that have arrived. Section <c>StoreEvents</c>.</summary>
public sealed class StoreEventOptions
{
    public const string Section = "StoreEvents";

    /// <summary>
    /// What senders put after <c>Bearer</c> in the header Authorization; at least 32 characters. Default none: <c>POST /api/store-events</c>
    /// answers 404.
    /// </summary>
    [Secret("32 to 512 characters")]
    [StringLength(512, MinimumLength = 32)]
    public string? Secret { get; set; }

    /// <summary>
    /// Whether the API reads notifications that the store publishes to the exchange <c>pipeline.store-events</c> of RabbitMQ. Default false.
    /// The embedded server has no broker and ignores it.
    /// </summary>
    public bool FromBroker { get; set; }
}
