using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Processor.Imaging;

namespace Pipeline.Processor.Intake;

/// <summary>
/// Tells the front door what this worker's profiles are: at the start, and again and again, since a front door may start on an empty
/// database later. A bus that is away costs nothing but the news.
/// </summary>
internal sealed class ProfileAnnouncer(
    IBus bus,
    IImageEngine engine,
    IOptions<ImagingOptions> imaging,
    IOptions<IntakeOptions> intake,
    IHostApplicationLifetime host,
    TimeProvider time,
    ILogger<ProfileAnnouncer> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);
    internal static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // An in-memory bus that has not started yet takes a message, confirms it and drops it.
            await StartedAsync(stoppingToken);
            while (true) await Task.Delay(await AnnounceAsync(stoppingToken), time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <returns>How long to wait before the next time.</returns>
    private async Task<TimeSpan> AnnounceAsync(CancellationToken stoppingToken)
    {
        try
        {
            // A publish that was under way when the broker died may never return.
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(intake.Value.PublishTimeoutSeconds), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stoppingToken);
            await bus.Publish(Message(), either.Token).WaitAsync(either.Token);
            return Interval;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            logger.AnnouncementFailed(e, AfterFailure.TotalSeconds);
            return AfterFailure;
        }
    }

    private ProfilesAnnounced Message() => new()
    {
        Worker = Worker.Name,
        Engine = engine.Version,
        Profiles =
        [
            .. imaging.Value.Profiles.Select(profile => new AnnouncedProfile
            {
                Name = profile.Key,
                Fingerprint = Recipe.Fingerprint(profile.Value, engine.Version),
            }),
        ],
    };

    private async Task StartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = host.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }
}
