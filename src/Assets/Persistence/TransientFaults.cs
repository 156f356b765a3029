using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Pipeline.Assets.Persistence;

/// <summary>
/// Distinguishes transient faults of the database from permanent faults of a statement or its values, which every retry repeats.
/// </summary>
public interface IDatabaseFaults
{
    bool IsTransient(DbException exception);
}

/// <summary>Recognises faults that end when the database or the store is back.</summary>
public sealed class TransientFaults(IDatabaseFaults database)
{
    // Checks inner exceptions as well: EF Core wraps a transient fault once or twice, depending on where the connection broke. A row that
    // lost every race is transient, too, because the written values are not at fault.
    public bool Is(Exception exception) => exception switch
    {
        DbUpdateConcurrencyException or TimeoutException or IOException => true,
        DbException fault when database.IsTransient(fault) => true,
        { InnerException: { } inner } => Is(inner),
        _ => false,
    };
}
