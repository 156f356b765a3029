using Microsoft.Extensions.Options;
using Pipeline.Processor.Scanning;

namespace Pipeline.Processor.Tests.Scanning;

/// <summary>A real clamd, which must be running. Without it these tests fail, because a skipped scanner test proves nothing.</summary>
public sealed class ClamdFixture : IAsyncLifetime
{
    /// <summary>Set as in tests/services/clamd.sh.</summary>
    public const int StreamMaxLength = 26_214_400;

    public string Address { get; } = Environment.GetEnvironmentVariable("PIPELINE_CLAMD") ?? "tcp://127.0.0.1:3311";

    public IOptions<ClamdOptions> Options => Microsoft.Extensions.Options.Options.Create(new ClamdOptions { Address = Address });

    public ClamdScanner Scanner => new(Options, TimeProvider.System);

    public async Task InitializeAsync()
    {
        if (await new ScannerProbe(Options, TimeProvider.System).CheckAsync(CancellationToken.None) is ScannerHealth.Unreliable(var reason))
            throw new InvalidOperationException($"These tests need clamd at {Address}; start it by ./services.sh up clamd ({reason})");
    }

    public Task DisposeAsync() => Task.CompletedTask;
}

[CollectionDefinition(Name)]
public sealed class RealClamd : ICollectionFixture<ClamdFixture>
{
    public const string Name = "clamd";
}
