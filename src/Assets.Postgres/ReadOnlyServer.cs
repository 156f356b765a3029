using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Clears the connection pool once a connection leads to a read-only server: after a failover the open connections still reach the old
/// primary, and every retry would fail there. New connections reach the server that the connection string then names.
/// </summary>
internal sealed class ReadOnlyServer : DbCommandInterceptor
{
    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Exception is PostgresException { SqlState: PostgresFaults.ReadOnly } && command.Connection is NpgsqlConnection connection)
            NpgsqlConnection.ClearPool(connection);
        return Task.CompletedTask;
    }
}
