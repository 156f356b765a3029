using System.Data.Common;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Classifies faults by SQLSTATE, whose first two characters are the class (PostgreSQL's manual, appendix A). All other states mean that
/// the statement or its values are wrong: a retry would fail again and only delay other messages.
/// </summary>
internal sealed class PostgresFaults : IDatabaseFaults
{
    /// <summary>
    /// read_only_sql_transaction: after a failover the connection still points to the old primary, now a standby. A new connection reaches
    /// the primary.
    /// </summary>
    internal const string ReadOnly = "25006";

    private static readonly HashSet<string> Classes = new(StringComparer.Ordinal)
    {
        "08", // connection
        "40", // transaction rollback: serialization, deadlock
        "53", // resources: disk, memory, connections
        "55", // object not in the state for it: lock not available
        "57", // operator intervention: shutdown, start, recovery
        "58", // system: I/O
    };

    // Without a state the exception is Npgsql's own: the connection failed or broke.
    public bool IsTransient(DbException exception) => exception.SqlState is not { Length: 5 } state || state == ReadOnly || Classes.Contains(state[..2]);
}
