using System.Runtime.CompilerServices;
using Pipeline.Hosting;
using Sentry;

namespace Pipeline.Telemetry.Errors;

/// <summary>
/// Sends reports to Sentry in the background. A receiver that refuses or hangs costs at most a bounded queue, and at the stop of the host two seconds.
/// </summary>
internal sealed class ErrorTracker : IDisposable
{
    /// <summary>Reports that wait; more are dropped.</summary>
    public const int MostWaiting = 100;

    /// <summary>Reports of one group in a minute; more are dropped, since an outage may fail each request.</summary>
    public const int MostPerMinute = 60;

    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConditionalWeakTable<Exception, object> _sent = [];
    private readonly Dictionary<string, int> _inWindow = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly string _host, _version;
    private readonly TimeProvider _time;
    private readonly SentryClient _client;
    private long _windowBegan;

    /// <exception cref="StartFaultException">The library does not accept the address.</exception>
    public ErrorTracker(string address, string host, string version, TimeProvider time)
    {
        (_host, _version, _time, _windowBegan) = (host, version, time, time.GetTimestamp());
        try
        {
            _client = new SentryClient(Options(address));
        }
        catch (ArgumentException)
        {
            throw new StartFaultException(StartExit.Misconfigured, $"`{ErrorTrackerAddress.Variable}` is not accepted by the Sentry library: copy it again from the settings of the project");
        }

        AppDomain.CurrentDomain.UnhandledException += Ended;
        TaskScheduler.UnobservedTaskException += Unobserved;
    }

    /// <summary>Sends a report unless the same exception was sent before, by a log line nearer to its origin.</summary>
    public void Send(ErrorReport report)
    {
        lock (_gate)
        {
            if (!_sent.TryAdd(report.Exception.GetBaseException(), this) || !HasRoom(string.Join('\n', report.Group))) return;
        }

        _client.CaptureEvent(report.ToEvent(_host, _version));
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= Ended;
        TaskScheduler.UnobservedTaskException -= Unobserved;
        _client.Dispose();
    }

    private static SentryOptions Options(string address)
    {
        var options = new SentryOptions
        {
            Dsn = address,
            MaxQueueItems = MostWaiting,
            ShutdownTimeout = StopTimeout,
            FlushTimeout = StopTimeout,
            Environment = "production",
            SendDefaultPii = false,
            IsEnvironmentUser = false,
            AttachStacktrace = false,
            AutoSessionTracking = false,
            CaptureFailedRequests = false,
            DisableSentryHttpMessageHandler = true,
            DisableFileWrite = true,
            EnableBackpressureHandling = false,
            EnableSpotlight = false,
            MaxBreadcrumbs = 0,
            ReportAssembliesMode = ReportAssembliesMode.None,
            SendClientReports = false,
            TracesSampleRate = null,
        };

        // The library adds facts of the machine, such as its name, clock and memory.
        options.SetBeforeSend((report, _) => Bare(report));
        return options;
    }

    private static SentryEvent Bare(SentryEvent report)
    {
        var trace = report.Contexts.Trace.TraceId;
        report.Contexts.Clear();
        report.Contexts.Trace.TraceId = trace;
        report.ServerName = null;
        report.User = new SentryUser();
        report.Request = new SentryRequest();
        report.DebugImages = null;
        report.SentryThreads = null;
        return report;
    }

    private bool HasRoom(string group)
    {
        if (_time.GetElapsedTime(_windowBegan) >= Window)
        {
            _inWindow.Clear();
            _windowBegan = _time.GetTimestamp();
        }

        return (_inWindow[group] = _inWindow.GetValueOrDefault(group) + 1) <= MostPerMinute;
    }

    private void Ended(object sender, UnhandledExceptionEventArgs end)
    {
        if (end.ExceptionObject is not Exception exception) return;
        Send(new ErrorReport(exception, Microsoft.Extensions.Logging.LogLevel.Critical, "process_ended"));
        _client.FlushAsync(StopTimeout).Wait(StopTimeout);
    }

    private void Unobserved(object? sender, UnobservedTaskExceptionEventArgs lost) =>
        Send(new ErrorReport(lost.Exception, Microsoft.Extensions.Logging.LogLevel.Error, "unobserved"));
}
