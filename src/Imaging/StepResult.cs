namespace Pipeline.Imaging;

/// <summary>The reason why a file is refused permanently.</summary>
/// <param name="Code">One of <see cref="Contracts.RejectionCode"/>.</param>
/// <param name="Reason">A sentence for the owner of the file; it contains no paths and no library messages.</param>
public sealed record Rejection(string Code, string Reason);

/// <summary>The result of a step for a file: it passed with a value, or it is refused. A fault of the service is an exception instead.</summary>
public readonly struct StepResult<T>
    where T : class
{
    private readonly T? _value;

    private StepResult(T? value, Rejection? rejection) => (_value, Rejection) = (value, rejection);

    /// <summary>The reason for the refusal, or null if the file passed.</summary>
    public Rejection? Rejection { get; }

    /// <summary>The step's value; throws for a refused file.</summary>
    public T Value => _value ?? throw new InvalidOperationException("A rejected file has no value.");

    /// <summary>Returns true and the value, or false and the reason.</summary>
    public bool Passed([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? value,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Rejection? rejection)
    {
        (value, rejection) = (_value, Rejection);
        return value is not null;
    }

    /// <summary>The result of the next value, or the same refusal.</summary>
    public StepResult<TNext> Then<TNext>(Func<T, TNext> next)
        where TNext : class => Passed(out var value, out var rejection) ? next(value) : (StepResult<TNext>)rejection;

    public static implicit operator StepResult<T>(T value) => new(value, null);

    public static implicit operator StepResult<T>(Rejection rejection) => new(null, rejection);
}
