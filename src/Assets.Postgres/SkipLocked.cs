using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Pipeline.Assets.Persistence;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Makes PostgreSQL lock the rows of a claim and skip those that other instances have locked. EF Core has no API for this.
/// </summary>
internal sealed class SkipLocked : DbCommandInterceptor
{
    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.StartsWith($"-- {AssetStore.ClaimTag}", StringComparison.Ordinal)) command.CommandText += "\nFOR UPDATE SKIP LOCKED";
        return ValueTask.FromResult(result);
    }
}
