using MassTransit;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Profiles;
using Pipeline.Contracts;

namespace Pipeline.Assets.Outcomes;

/// <summary>Writes down what the workers' profiles are, and that they are there.</summary>
public sealed class ProfilesAnnouncedConsumer(ProfileRegistry profiles, WorkerCapacity fleet, TimeProvider time) : IConsumer<ProfilesAnnounced>
{
    public async Task Consume(ConsumeContext<ProfilesAnnounced> context)
    {
        OutcomeCheck.Check(context.Message);

        // By the worker's clock, as the queue may give news out of order; but nobody has told anything in the future.
        var now = time.GetUtcNow();
        var sent = context.SentTime is { } at ? new DateTimeOffset(at.ToUniversalTime()) : now;
        await profiles.WriteAsync(context.Message, sent < now ? sent : now, context.CancellationToken);
        await fleet.HearAsync(context.Message, context.CancellationToken);
    }
}

/// <summary>A queue of its own: no news of profiles waits behind outcomes, or outcomes behind it.</summary>
internal sealed class ProfilesAnnouncedConsumerDefinition : OutcomeConsumerDefinition<ProfilesAnnouncedConsumer>
{
    public ProfilesAnnouncedConsumerDefinition() => EndpointName = QueueNames.Profiles;
}
