namespace Pipeline.Operations;

/// <summary>Counts what held and what did not, and says each as it becomes known.</summary>
internal sealed class Checks
{
    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public bool Hold => Failed == 0 && Passed > 0;

    public void That(bool holds, string what)
    {
        if (holds) Passed++;
        else Failed++;
        Console.WriteLine($"{(holds ? "ok    " : "FAILED")} {what}");
    }

    /// <summary>A part without which the rest cannot go on.</summary>
    /// <exception cref="OperationException">It failed.</exception>
    public async Task<T> MustAsync<T>(string what, Func<Task<T>> part)
    {
        try
        {
            var result = await part();
            That(holds: true, what);
            return result;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            That(holds: false, $"{what}: {e.Message}");
            throw new OperationException(what, e);
        }
    }

    public static void Say(string line) => Console.WriteLine($"       {line}");

    /// <summary>The last line, from which scripts take the count.</summary>
    public void Print() => Console.WriteLine($"{Passed} passed, {Failed} failed");
}

/// <summary>A run cannot go on; the reason has been said.</summary>
internal sealed class OperationException(string message, Exception? inner = null) : Exception(message, inner);
