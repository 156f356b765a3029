using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Pipeline.Fuzz;

/// <summary>Unexpected errors of decoders. The file is rejected in any case, so only the log shows them.</summary>
internal sealed class ThrownErrors : ILoggerProvider, ILogger
{
    private const string Event = "DecoderThrew";

    public ConcurrentBag<string> Seen { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == Event)
            Seen.Add(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
