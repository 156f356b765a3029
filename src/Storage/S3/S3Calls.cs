using Amazon.Runtime;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Pipeline.Storage.S3;

/// <summary>How a request is made: bounded in time as a whole and in each try, and tried again when it may heal.</summary>
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
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    /// <exception cref="IOException">The store stayed ill for all tries. Callers know nothing of the SDK's exceptions.</exception>
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
            throw new IOException($"The object store does not answer as it should: {Reason(e)}.", e);
        }
    }

    // Messages of the SDK can hold what the server sent.
    private static string Reason(Exception exception) =>
        exception is AmazonServiceException service ? $"{(int)service.StatusCode} {service.ErrorCode}" : exception.GetType().Name;
}
