using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Pipeline.Storage.S3;

/// <summary>Makes requests with a timeout for the whole operation and for each attempt, and retries transient faults.</summary>
internal sealed class S3Calls
{
    private readonly ResiliencePipeline _pipeline;

    public S3Calls(S3StorageOptions options, TimeProvider time, ILogger logger)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(options.OperationTimeout);
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<Exception>(S3Faults.IsTransient),
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = options.RetryDelay,
                MaxDelay = TimeSpan.FromSeconds(5),
                UseJitter = true,
                OnRetry = retry =>
                {
                    logger.S3RetryComes(Reason(retry.Outcome.Exception!), retry.AttemptNumber + 1, retry.RetryDelay);
                    return ValueTask.CompletedTask;
                },
            });
        }

        _pipeline = builder.AddTimeout(options.AttemptTimeout).Build();
    }

    /// <summary>Makes a request.</summary>
    /// <exception cref="TimeoutException">The operation or its last attempt timed out.</exception>
    /// <exception cref="IOException">The store failed in every attempt. Callers do not depend on the SDK's exceptions.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await request(token), cancellationToken);
        }
        catch (TimeoutRejectedException e)
        {
            throw new TimeoutException($"The object store did not answer within {e.Timeout}.", e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or TimeoutException or IOException) && S3Faults.IsTransient(e))
        {
            throw new IOException($"The object store failed: {Reason(e)}.", e);
        }
    }

    /// <summary>
    /// The same for a request whose 404 decides something: a 404 that the store did not write shows nothing, so it counts as a transient fault.
    /// </summary>
    public Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken) => RunAsync(
        async token =>
        {
            try
            {
                return await request(token);
            }
            catch (AmazonS3Exception e) when (S3Faults.IsForeign404(e))
            {
                throw new S3ResponseException("a 404 came whose body is not that of an object store.", e);
            }
        },
        cancellationToken);

    // The SDK's messages can contain text that the server sent, so they are left out.
    private static string Reason(Exception exception) =>
        exception is AmazonServiceException service ? $"{(int)service.StatusCode} {service.ErrorCode}" : exception.GetType().Name;
}
