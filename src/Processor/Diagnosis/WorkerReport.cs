using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Pipeline.Contracts;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage.Costs;

namespace Pipeline.Processor.Diagnosis;

/// <summary>
/// Runs the worker's checks regularly, so that its announcements can carry the findings to the API: the API reaches neither the scanner nor the
/// worker's keys.
/// </summary>
internal sealed class WorkerReport(IEnumerable<IWorkerCheck> checks, IServiceProvider services, TimeProvider time, ILogger<WorkerReport> logger, StoreRequestCounts? counts = null) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The findings of the last run; null before the first has ended.</summary>
    public IReadOnlyList<AnnouncedFinding>? Findings { get; private set; }

    /// <summary>Takes the requests to object stores since the last call.</summary>
    public IReadOnlyList<AnnouncedRequests>? TakeRequests() => counts?.Take() is { Count: > 0 } taken
        ? [.. taken.Select(one => new AnnouncedRequests { Area = one.Key.Area, Operation = one.Key.Operation, Cause = one.Key.Cause, Count = one.Value })]
        : null;

    /// <summary>They could not be announced, so the next announcement has them.</summary>
    public void GiveBack(IReadOnlyList<AnnouncedRequests>? requests)
    {
        foreach (var one in requests ?? []) counts?.Add(new CountedRequest(one.Area, one.Operation, one.Cause), one.Count);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await RunAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var found = new List<Finding>();
        foreach (var check in checks.Append<IDiagnosticCheck>(new DiskSpaceCheck(services.GetServices<WatchedFolder>()))) found.AddRange(await RunAsync(check, stoppingToken));
        Findings = found.ConvertAll(finding => new AnnouncedFinding { Check = finding.Check, Status = Word(finding.Status), Detail = finding.Detail, Fix = finding.Fix, AgeSeconds = (long?)finding.Age?.TotalSeconds });
    }

    private async Task<IReadOnlyList<Finding>> RunAsync(IDiagnosticCheck check, CancellationToken stoppingToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(CheckTimeout);
        try
        {
            return await check.RunAsync(deadline.Token);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            logger.WorkerCheckFailed(e, check.Name);
            return [Finding.Fail(check.Name, $"The check ended with {e.GetType().Name}.", "The worker's log has the details.")];
        }
    }

    private static string Word(FindingStatus status) => status switch
    {
        FindingStatus.Ok => AnnouncedFinding.Ok,
        FindingStatus.Skipped => AnnouncedFinding.Skipped,
        FindingStatus.Warn => AnnouncedFinding.Warn,
        _ => AnnouncedFinding.Fail,
    };
}

public static class WorkerDiagnosisRegistration
{
    /// <summary>Adds the checks for a host that also has the API.</summary>
    internal static IServiceCollection AddWorkerChecks(this IServiceCollection services)
    {
        services.AddWorkerCheck<ScannerCheck>().AddWorkerCheck<LoadersCheck>().AddWorkerCheck<DeletionCheck>().AddWorkerCheck<TargetsCheck>();
        return services.AddWatchedFolder(provider => new WatchedFolder("work", provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<Pipeline.Imaging.WorkOptions>>().Value.Folder));
    }

    /// <summary>Adds the findings to the announcements, for a worker in a process of its own.</summary>
    public static IServiceCollection AddWorkerReport(this IServiceCollection services) => services
        .AddSingleton<WorkerReport>()
        .AddHostedService(provider => provider.GetRequiredService<WorkerReport>());

    /// <summary>Adds the findings for a worker inside of another host, which counts its requests itself.</summary>
    public static IServiceCollection AddEmbeddedWorkerReport(this IServiceCollection services) => services
        .AddSingleton(provider => new WorkerReport(
            provider.GetServices<IWorkerCheck>(), provider, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<WorkerReport>>()))
        .AddHostedService(provider => provider.GetRequiredService<WorkerReport>());

    private static IServiceCollection AddWorkerCheck<TCheck>(this IServiceCollection services)
        where TCheck : class, IWorkerCheck => services
        .AddSingleton<IWorkerCheck, TCheck>()
        .AddScoped<IDiagnosticCheck>(provider => provider.GetServices<IWorkerCheck>().OfType<TCheck>().Single());
}
