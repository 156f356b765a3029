using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Pipeline.Assets.Profiles;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Profiles;

/// <summary>Workers that start together, on a real PostgreSQL.</summary>
public sealed class PostgresProfileTests : IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
    }

    public Task DisposeAsync() => _postgres.DropAsync();

    [Fact]
    public async Task Workers_that_tell_of_a_new_profile_at_once_cost_no_failed_command()
    {
        var failed = new FailedCommands();
        var first = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        // Opened in advance, so that all write at the same time.
        var books = await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
        {
            var db = _postgres.Open(failed);
            await db.Database.OpenConnectionAsync();
            return (Db: db, At: first.AddSeconds(n));
        }));
        foreach (var name in new[] { "web", "thumbnail", "square" })
            await Task.WhenAll(books.Select(book => Task.Run(() =>
                new ProfileRegistry(book.Db, NullLogger<ProfileRegistry>.Instance).WriteAsync(News(name, book.At), book.At, default))));
        foreach (var (db, _) in books) await db.DisposeAsync();

        failed.Count.ShouldBe(0);
        await using var read = _postgres.Open();
        var rows = await read.Profiles.AsNoTracking().ToListAsync();
        rows.Count.ShouldBe(3);
        rows.ShouldAllBe(row => row.AnnouncedAt == first.AddSeconds(15) && row.Engine == $"engine {row.AnnouncedAt:O}");
    }

    private static ProfilesAnnounced News(string name, DateTimeOffset at) => new()
    {
        Worker = "worker (1.0)",
        Engine = $"engine {at:O}",
        Profiles = [new AnnouncedProfile { Name = name, Fingerprint = "00000000000000f1", SettingsFingerprint = "00000000000000a1" }],
    };

    private sealed class FailedCommands : DbCommandInterceptor
    {
        private int _count;

        public int Count => _count;

        public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _count);
            return Task.CompletedTask;
        }
    }
}
