namespace Pipeline.Bench.Api;

/// <summary>A server under test, on its own core.</summary>
internal interface IServer : IAsyncDisposable
{
    Uri Address { get; }

    int ProcessId { get; }

    /// <summary>The tokens of many users, as the app signs them.</summary>
    IReadOnlyList<string> Tokens { get; }

    /// <summary>CPU-seconds that PostgreSQL's sessions have taken; null without a database.</summary>
    Task<double?> DatabaseCpuAsync();
}
