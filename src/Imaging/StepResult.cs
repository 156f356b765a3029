namespace Pipeline.Imaging;

/// <summary>Why a file is refused for good.</summary>
/// <param name="Code">One of <see cref="Contracts.RejectionCode"/>.</param>
/// <param name="Reason">A sentence for the owner of the file; no paths, no library's own words.</param>
public sealed record Rejection(string Code, string Reason);

/// <summary>What a step says of a file: it passed with a value, or it is refused. A fault of ours is an exception instead.</summary>
public readonly struct StepResult<T>
    where T : class
{
    private readonly T? _value;

    private StepResult(T? value, Rejection? rejection) => (_value, Rejection) = (value, rejection);

    /// <summary>Why the file is refused, or null if it passed.</summary>
    public Rejection? Rejection { get; }

    /// <summary>What the step found; only for a file that passed.</summary>
    public T Value => _value ?? throw new InvalidOperationException("A refused file has no value.");

    /// <summary>True with the value, or false with the reason.</summary>
    public bool Passed([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? value,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out Rejection? rejection)
    {
        (value, rejection) = (_value, Rejection);
        return value is not null;
    }

    public static implicit operator StepResult<T>(T value) => new(value, null);

    public static implicit operator StepResult<T>(Rejection rejection) => new(null, rejection);
}
