using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Pipeline.UploadApi.Database;

/// <summary>What goes by when the database or the store is back.</summary>
internal static class Outage
{
    // Looked for inside as well: EF Core wraps a fault that may heal, once or twice, by where the connection broke.
    public static bool Is(Exception exception) =>
        exception is DbUpdateException or DbException or TimeoutException or IOException || (exception.InnerException is { } inner && Is(inner));
}
