using System.Data.Common;
using Microsoft.Data.Sqlite;
using Pipeline.Assets.Persistence;

namespace Pipeline.AllInOne.Database;

/// <summary>Classifies database faults by SQLite's primary result code (sqlite.org/rescode.html).</summary>
public sealed class SqliteFaults : IDatabaseFaults
{
    private static readonly HashSet<int> States =
    [
        5, // SQLITE_BUSY
        6, // SQLITE_LOCKED
        7, // SQLITE_NOMEM
        8, // SQLITE_READONLY: the file or its disk, not the statement
        9, // SQLITE_INTERRUPT
        10, // SQLITE_IOERR
        13, // SQLITE_FULL
        14, // SQLITE_CANTOPEN
        15, // SQLITE_PROTOCOL: lost the race for a lock
    ];

    public bool IsTransient(DbException exception) => exception is SqliteException { SqliteErrorCode: var code } && States.Contains(code);
}
