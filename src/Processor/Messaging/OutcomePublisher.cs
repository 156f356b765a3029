using MassTransit;

namespace Pipeline.Processor.Messaging;

/// <summary>
/// Publishes the messages of one request, all in the same lane. A publish in progress when the broker dies may never return. Past the deadline the
/// request fails, its row gets no message, and the request is sent again.
/// </summary>
internal sealed class OutcomePublisher(IPublishEndpoint bus, IPipe<PublishContext>? lane, MessagingOptions options, TimeProvider time)
{
    public async Task PublishAsync(object message, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(options.PublishTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var publish = lane is null ? bus.Publish(message, message.GetType(), either.Token) : bus.Publish(message, message.GetType(), lane, either.Token);
        await publish.WaitAsync(either.Token);
    }
}
