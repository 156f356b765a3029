namespace Pipeline.Assets.Grouping;

/// <summary>The answer to one request of a group.</summary>
public sealed class GroupedAnswer<T>
{
    private readonly TaskCompletionSource<T> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the answer, or throws the fault.</summary>
    public Task<T> Task => _end.Task;

    public void Set(T answer) => _end.TrySetResult(answer);

    /// <summary>The request throws this exception.</summary>
    /// <returns>True.</returns>
    public bool Fail(Exception exception)
    {
        // A request that was given up hears of no fault.
        _end.TrySetException(exception);
        _ = _end.Task.Exception;
        return true;
    }
}
