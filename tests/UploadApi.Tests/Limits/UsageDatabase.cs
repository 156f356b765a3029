using Microsoft.EntityFrameworkCore;
using Pipeline.Assets.Persistence;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Limits;

/// <summary>The database of a <see cref="UsageRoom"/>.</summary>
internal abstract class UsageDatabase : IAsyncDisposable
{
    public static UsageDatabase Sqlite() => new OnSqlite();

    public static UsageDatabase Postgres() => new OnPostgres();

    public abstract AssetDbContext Open();

    public virtual Task MigrateAsync() => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();

    private sealed class OnSqlite : UsageDatabase
    {
        private readonly Backroom _room = new();

        public override AssetDbContext Open() => _room.Open();

        public override ValueTask DisposeAsync()
        {
            _room.Dispose();
            return default;
        }
    }

    private sealed class OnPostgres : UsageDatabase
    {
        private readonly OwnPostgres _postgres = new();

        public override AssetDbContext Open() => _postgres.Open();

        public override async Task MigrateAsync()
        {
            await using var db = _postgres.Open();
            await db.Database.MigrateAsync();
        }

        public override async ValueTask DisposeAsync() => await _postgres.DropAsync();
    }
}
