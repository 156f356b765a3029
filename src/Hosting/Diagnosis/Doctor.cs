using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pipeline.Hosting.Diagnosis;

/// <summary>Runs all checks of this host at once. Requests that come meanwhile get the result of the run that has begun.</summary>
public sealed class Doctor(IServiceScopeFactory scopes, TimeProvider time, ILogger<Doctor> logger)
{
    /// <summary>A check that takes longer has failed.</summary>
    public static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(25);

    private readonly Lock _gate = new();
    private Task<IReadOnlyList<Finding>> _running = Task.FromResult<IReadOnlyList<Finding>>([]);

    /// <summary>The findings of all checks, by check.</summary>
    public Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // One that waits may leave, and the others still need the result.
            if (_running.IsCompleted) _running = Task.Run(RunAllAsync, CancellationToken.None);
            return _running.WaitAsync(cancellationToken);
        }
    }

    private async Task<IReadOnlyList<Finding>> RunAllAsync()
    {
        await using var scope = scopes.CreateAsyncScope();
        var count = scope.ServiceProvider.GetServices<IDiagnosticCheck>().Count();
        var findings = await Task.WhenAll(Enumerable.Range(0, count).Select(RunOneAsync));
        return [.. findings.SelectMany(found => found).OrderBy(found => found.Check, StringComparer.Ordinal)];
    }

    // Each in a scope of its own: a database context serves one query at a time.
    private async Task<IReadOnlyList<Finding>> RunOneAsync(int index)
    {
        using var deadline = new CancellationTokenSource(CheckTimeout, time);
        await using var scope = scopes.CreateAsyncScope();
        var check = scope.ServiceProvider.GetServices<IDiagnosticCheck>().ElementAt(index);
        try
        {
            return await check.RunAsync(deadline.Token).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return [Finding.Fail(check.Name, $"The check did not end within {CheckTimeout.TotalSeconds} s.", "Look whether the server that it asks answers.")];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.CheckFailed(e, check.Name);
            return [Finding.Fail(check.Name, $"The check ended with {e.GetType().Name}.", "The server's log has the details.")];
        }
    }
}
