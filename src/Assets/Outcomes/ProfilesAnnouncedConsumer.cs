using MassTransit;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Costs;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Profiles;
using Pipeline.Assets.Rescans;
using Pipeline.Contracts;

namespace Pipeline.Assets.Outcomes;

/// <summary>Stores the profiles and the concurrency that workers announce.</summary>
public sealed class ProfilesAnnouncedConsumer(
    ProfileRegistry profiles, WorkerCapacity capacity, AssetDbContext db, TimeProvider time, SweepSignal<RescanSchedule>? rescans = null) : IConsumer<ProfilesAnnounced>
{
    public async Task Consume(ConsumeContext<ProfilesAnnounced> context)
    {
        OutcomeCheck.Check(context.Message);

        // Order by the worker's send time, because the queue may deliver out of order. Cap it at now, because a worker's clock may be
        // ahead.
        var now = time.GetUtcNow();
        var sent = context.SentTime is { } at ? new DateTimeOffset(at.ToUniversalTime()) : now;
        await profiles.WriteAsync(context.Message, sent < now ? sent : now, context.CancellationToken);
        var isNew = SignatureVersion.Of(context.Message.Scanner) is { } signatures
            && !(await db.Workers.Select(w => w.Scanner).ToListAsync(context.CancellationToken)).Exists(known => SignatureVersion.Of(known) >= signatures);
        await capacity.HearAsync(context.Message, context.CancellationToken);
        if (isNew) rescans?.Raise();
        await AnnouncedCounts.SaveAsync(db, context.Message.Requests, now, context.CancellationToken);
    }
}

/// <summary>A queue of its own, so that announcements and outcomes never wait for each other.</summary>
internal sealed class ProfilesAnnouncedConsumerDefinition : OutcomeConsumerDefinition<ProfilesAnnouncedConsumer>
{
    public ProfilesAnnouncedConsumerDefinition() => EndpointName = QueueNames.Profiles;
}
