using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Prepares the queries of nearly every request, so that PostgreSQL plans each once for a connection: the plan of a row by its key takes longer than the read of
/// the row. Only these, because the best plan of other queries depends on their values.
/// </summary>
internal sealed class PreparedQueries : DbCommandInterceptor
{
    public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        // Costs nothing once the connection knows the text.
        if (command.CommandText.StartsWith($"-- {AssetQueries.Tag}", StringComparison.Ordinal)) await command.PrepareAsync(cancellationToken);
        return result;
    }
}
