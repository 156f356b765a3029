using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Forgets all connections of the pool once one of them is to a server that only reads: after a failover they stay open to the old primary,
/// and every retry would meet it again. Opened anew they reach whatever the connection string names then.
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
