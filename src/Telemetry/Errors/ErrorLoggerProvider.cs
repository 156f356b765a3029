using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Hosting;

namespace Pipeline.Telemetry.Errors;

/// <summary>Sees each log line with an exception. So a place that logs an unexpected exception also reports it, with the scopes of the work.</summary>
[ProviderAlias("ErrorTracker")]
internal sealed class ErrorLoggerProvider(ErrorTracker tracker) : ILoggerProvider, ISupportExternalScope
{
    private readonly ErrorTracker _tracker = tracker;
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new ErrorLogger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
        // The container disposes the tracker.
    }

    private sealed class ErrorLogger(ErrorLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and not LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is null or OperationCanceledException or StartFaultException or OptionsValidationException) return;
            try
            {
                if (ErrorReport.Of(category, logLevel, eventId, state, provider._scopes, exception) is { } report) provider._tracker.Send(report);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The error is in the log. A report that cannot be made must not fail the work as well.
            }
        }
    }
}
