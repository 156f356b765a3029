using System.ComponentModel.DataAnnotations;

namespace Pipeline.Assets.Idempotency;

/// <summary>How long repeated requests are recognised. Section <c>Idempotency</c>.</summary>
public sealed class IdempotencyOptions
{
    public const string Section = "Idempotency";

    /// <summary>Hours for which the key of a request is kept. Default 24.</summary>
    [Range(1, 720)]
    public int KeepHours { get; set; } = 24;

    internal DateTimeOffset Cutoff(DateTimeOffset now) => now.AddHours(-KeepHours);
}
