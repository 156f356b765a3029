using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Assets.Postgres;

/// <summary>Finds transactions that have been open for long: while one is open, no dead row is removed, and claims of due rows become slow.</summary>
/// <param name="db">The database.</param>
/// <param name="warnAfter">From this age on it is a warning; null for five minutes.</param>
internal sealed class TransactionsCheck(AssetDbContext db, TimeSpan? warnAfter = null) : IDiagnosticCheck
{
    private const int FailFactor = 12;
    private static readonly TimeSpan WarnAfter = TimeSpan.FromMinutes(5);

    public string Name => "database transactions";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        // Without the role pg_monitor the server shows the ages of the user's own sessions only.
        var open = await db.Database.SqlQuery<OpenTransaction>(
            $"""
            SELECT pid AS "Pid", COALESCE(state, '') AS "State", EXTRACT(EPOCH FROM clock_timestamp() - xact_start)::double precision AS "Seconds"
            FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND backend_type = 'client backend'
            ORDER BY xact_start LIMIT 1
            """).ToListAsync(cancellationToken);
        var warn = warnAfter ?? WarnAfter;
        if (open is not [var oldest] || oldest.Seconds < warn.TotalSeconds) return [Finding.Ok(Name, open is [var young] ? $"The oldest is {young.Seconds:0} s old." : "None is open.")];
        var detail = $"Process {oldest.Pid} of the database has held one open for {oldest.Seconds:0} s ({oldest.State}).";
        const string Fix = "End the program that holds it, such as a dump or a forgotten session; pg_terminate_backend ends it by force. Take dumps from a standby.";
        return [oldest.Seconds < warn.TotalSeconds * FailFactor ? Finding.Warn(Name, detail, Fix) : Finding.Fail(Name, detail, Fix)];
    }

    private sealed record OpenTransaction(int Pid, string State, double Seconds);
}
