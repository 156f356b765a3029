using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.Hosting.Diagnosis;

namespace Pipeline.Assets.Diagnosis;

/// <summary>Checks that the database accepts writes and has the tables of this version.</summary>
internal sealed class MigrationsCheck(AssetDbContext db) : IDiagnosticCheck
{
    private const string Check = "database migrations";

    public string Name => "database";

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (await db.WhyNoWritesAsync(cancellationToken) is { } why)
            return [Finding.Fail(Name, $"{char.ToUpperInvariant(why.Reason[0])}{why.Reason[1..]}.", "Repair the database, or correct the address of its server.")];

        var (ours, applied) = (db.Database.GetMigrations().ToList(), (await db.Database.GetAppliedMigrationsAsync(cancellationToken)).ToList());
        var (pending, unknown) = (ours.Except(applied, StringComparer.Ordinal).ToList(), applied.Except(ours, StringComparer.Ordinal).ToList());
        return
        [
            Finding.Ok(Name, "It accepts writes."),
            pending.Count > 0 ? Finding.Fail(Check, $"{pending.Count} are pending, the first is {pending[0]}.", "Restart one instance of this version: it migrates at its start.")
            : unknown.Count > 0 ? Finding.Warn(Check, $"The database has {unknown.Count} that this version does not know, the last is {unknown[^1]}.", "Upgrade this instance: a newer version has migrated the database.")
            : Finding.Ok(Check, $"All {applied.Count} are applied."),
        ];
    }
}
