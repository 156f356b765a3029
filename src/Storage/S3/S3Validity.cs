namespace Pipeline.Storage.S3;

/// <summary>The validity of a signed URL: S3 accepts whole seconds only, from one second to one week.</summary>
internal static class S3Validity
{
    public static (DateTimeOffset At, long Seconds) From(DateTimeOffset now, TimeSpan validFor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(validFor, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(validFor, TimeSpan.FromDays(7));
        return (DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()), (long)Math.Ceiling(validFor.TotalSeconds));
    }
}
