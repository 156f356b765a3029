using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Profiles;
using Pipeline.Processor.Diagnosis;
using Pipeline.Processor.Processing;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Messaging;

/// <summary>
/// Publishes this worker's profiles and capacity to the API: at the start; then every minute, because an API may start on an empty database
/// later; and at the stop, because its places would otherwise count as free for minutes. If the bus is down, only that message is lost.
/// </summary>
internal sealed class ProfileAnnouncer(
    IBus bus,
    IImageEngine engine,
    IOptions<ImagingOptions> imaging,
    WatermarkStore watermarks,
    IOptions<MessagingOptions> runner,
    IHostApplicationLifetime host,
    TimeProvider time,
    ILogger<ProfileAnnouncer> logger,
    WorkerReport? report = null,
    IMalwareScanner? scanner = null) : BackgroundService, IHostedLifecycleService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // The first check of itself ends soon after the first announcement.
    internal static readonly TimeSpan AfterFirst = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);

    // An unreachable bus must not delay the stop.
    internal static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ScannerTimeout = TimeSpan.FromSeconds(10);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before any service stops, so the bus still works.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!host.ApplicationStarted.IsCancellationRequested) return;
        try
        {
            await PublishAsync(_ => Task.FromResult(Message([], isLeaving: true)), StopTimeout, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.StopAnnouncementFailed(e);
        }
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ProcessingMetrics.HasPlaces(runner.Value.Concurrency, runner.Value.ReprocessConcurrency);
        try
        {
            // Wait for the bus: an in-memory bus that has not started accepts a message, confirms it and drops it.
            await HostStartedAsync(stoppingToken);
            while (true) await Task.Delay(await AnnounceAsync(stoppingToken), time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <returns>Delay until the next announcement.</returns>
    private async Task<TimeSpan> AnnounceAsync(CancellationToken stoppingToken)
    {
        try
        {
            var limit = TimeSpan.FromSeconds(runner.Value.PublishTimeoutSeconds);
            await PublishAsync(async token => Message(await ProfilesAsync(token)) with { Scanner = await ScannerAsync(token) }, limit, stoppingToken);
            return report is { Findings: null } ? AfterFirst : Interval;
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            logger.AnnouncementFailed(e, AfterFailure.TotalSeconds);
            return AfterFailure;
        }
    }

    // A publish in progress when the broker dies may never return, so it has a time limit.
    private async Task PublishAsync(Func<CancellationToken, Task<ProfilesAnnounced>> message, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var announced = await message(either.Token);
        try
        {
            await bus.Publish(announced, either.Token).WaitAsync(either.Token);
        }
        catch
        {
            report?.GiveBack(announced.Requests);
            throw;
        }
    }

    private async Task<IReadOnlyList<AnnouncedProfile>> ProfilesAsync(CancellationToken cancellationToken)
    {
        var profiles = new List<AnnouncedProfile>();
        foreach (var (name, profile) in imaging.Value.Profiles)
        {
            try
            {
                var watermark = await watermarks.OfAsync(profile, cancellationToken);
                profiles.Add(new AnnouncedProfile
                {
                    Name = name,
                    Fingerprint = Recipe.Fingerprint(profile, engine.Version, watermark?.Sha256),
                    SettingsFingerprint = Recipe.SettingsFingerprint(profile, watermark?.Sha256),
                    Variants =
                    [
                        .. VariantRecipes.OfProfile(profile, watermark?.Sha256, engine.Version)
                            .Select(planned => new AnnouncedVariant { Name = planned.Name, Format = planned.Format, Recipe = planned.Recipe }),
                    ],
                });
            }
            catch (ProcessingFaultException e)
            {
                // Leave the profile out: this worker cannot render it, so no asset may count as stale by it.
                logger.ProfileUnusable(e, name);
            }
        }

        return profiles;
    }

    // The announcement must not wait for the scanner, nor fail with it.
    private async Task<string?> ScannerAsync(CancellationToken cancellationToken)
    {
        try
        {
            return scanner is null ? null : await scanner.NameAsync(cancellationToken).WaitAsync(ScannerTimeout, time, cancellationToken);
        }
        catch (Exception e) when (e is ScannerUnavailableException or TimeoutException)
        {
            return null;
        }
    }

    private ProfilesAnnounced Message(IReadOnlyList<AnnouncedProfile> profiles, bool isLeaving = false) => new()
    {
        Worker = Worker.Name,
        Engine = engine.Version,
        Instance = Worker.Instance,
        Concurrency = runner.Value.Concurrency,
        ReprocessConcurrency = runner.Value.ReprocessConcurrency,
        IsLeaving = isLeaving,
        Findings = isLeaving ? null : report?.Findings,
        Requests = report?.TakeRequests(),
        Profiles = profiles,
    };

    private async Task HostStartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = host.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }
}
