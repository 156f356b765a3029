using Pipeline.Cli.Operators;

namespace Pipeline.Cli.Doctor;

/// <summary>Compares this machine's clock with the Date header of the server, which is exact to a second.</summary>
static class ClockCheck
{
    private const string Check = "clock";

    // Tokens and presigned URLs are refused if the clocks differ by more.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Some = TimeSpan.FromSeconds(5);

    public static async Task<DoctorFinding> RunAsync(Session session, CancellationToken cancellationToken)
    {
        var sentAt = session.Around.Time.GetUtcNow();
        using var response = await session.Http.GetAsync(new Uri(session.Server, "health/live"), cancellationToken);
        var halfway = sentAt + ((session.Around.Time.GetUtcNow() - sentAt) / 2);
        return response.Headers.Date is { } date ? Judge(halfway - date) : new DoctorFinding(Check, DoctorFinding.Skipped, "The server sends no Date header.");
    }

    internal static DoctorFinding Judge(TimeSpan ahead)
    {
        var detail = $"This machine's clock is {Math.Abs(ahead.TotalSeconds):0} s {(ahead < TimeSpan.Zero ? "behind" : "ahead of")} the server's.";
        const string Fix = "Set both clocks by NTP, for example with chrony or systemd-timesyncd.";
        return ahead.Duration() > Most ? new DoctorFinding(Check, DoctorFinding.Fail, detail, Fix)
            : ahead.Duration() > Some ? new DoctorFinding(Check, DoctorFinding.Warn, detail, Fix)
            : new DoctorFinding(Check, DoctorFinding.Ok, "This machine's clock and the server's agree.");
    }
}
