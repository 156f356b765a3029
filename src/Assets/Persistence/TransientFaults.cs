using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Pipeline.Assets.Persistence;

/// <summary>Tells a state of the database, which goes by, from a fault of what it was asked to do, which comes again each time.</summary>
public interface IDatabaseFaults
{
    bool IsTransient(DbException exception);
}

/// <summary>Recognises faults that end when the database or the store is back.</summary>
public sealed class TransientFaults(IDatabaseFaults database)
{
    // Looked for inside as well: EF Core wraps a fault that may heal, once or twice, by where the connection broke. A row that lost every race
    // for it is no fault of what was to be written.
    public bool Is(Exception exception) => exception switch
    {
        DbUpdateConcurrencyException or TimeoutException or IOException => true,
        DbException fault when database.IsTransient(fault) => true,
        { InnerException: { } inner } => Is(inner),
        _ => false,
    };
}
