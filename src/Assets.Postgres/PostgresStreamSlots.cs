using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Pipeline.Assets.Grouping;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Streams;

namespace Pipeline.Assets.Postgres;

/// <summary>
/// Keeps the slots of all instances in the database: one row for each open stream. The streams of an instance count while its own row is renewed, so that
/// those of one that died are free within <see cref="Life"/>.
/// </summary>
internal sealed class PostgresStreamSlots : BackgroundService, IStreamSlots
{
    /// <summary>How often an instance with open streams renews its row.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>How long the streams of an instance count after the last renewal.</summary>
    internal static readonly TimeSpan Life = TimeSpan.FromSeconds(20);

    private const int FreedAtOnce = 500;

    // A lost commit of a crash loses rows of streams that the crash has ended, too.
    private const string NoFlush = "SELECT set_config('synchronous_commit', 'off', true)";

    // Another seed than the locks of owners, so that an open stream waits for no upload.
    private const string Lock = "SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2, 2))";

    // A statement of its own after the lock: it sees what the last holder of the lock has committed.
    private const string Take = """
        INSERT INTO open_streams ("Id", "InstanceId", "TenantId", "UserId")
        SELECT $1, $2, $3, $4
        WHERE (SELECT count(*) FROM open_streams AS stream JOIN stream_instances AS instance ON instance."Id" = stream."InstanceId"
               WHERE stream."TenantId" = $3 AND stream."UserId" = $4 AND instance."Until" > now()) < $5
        RETURNING "Id"
        """;

    private const string Renew = """
        INSERT INTO stream_instances AS instance ("Id", "Until") VALUES ($1, now() + $2)
        ON CONFLICT ("Id") DO UPDATE SET "Until" = excluded."Until"
        RETURNING instance.xmax = 0
        """;

    private const string Restore = """
        INSERT INTO open_streams ("Id", "InstanceId", "TenantId", "UserId")
        SELECT id, $1, tenant, owner FROM unnest($2, $3, $4) AS open (id, tenant, owner)
        ON CONFLICT ("Id") DO NOTHING
        """;

    private const string Free = """DELETE FROM open_streams WHERE "Id" = ANY ($1)""";

    // The streams of an instance go in the statement that finds it dead; an instance that lives after all restores them.
    private const string RemoveDead = """
        WITH dead AS (DELETE FROM stream_instances WHERE "Until" < now() RETURNING "Id")
        DELETE FROM open_streams WHERE "InstanceId" IN (SELECT "Id" FROM dead)
        """;

    private const string Leave = """
        WITH gone AS (DELETE FROM stream_instances WHERE "Id" = $1)
        DELETE FROM open_streams WHERE "InstanceId" = $1
        """;

    private readonly Lazy<string> _connection;
    private readonly Guid _instance = Guid.CreateVersion7();
    private readonly ConcurrentDictionary<Guid, Caller> _open = new();
    private readonly Grouper<Slot> _freed;
    private readonly ConcurrentQueue<Slot> _unfreed = new();
    private readonly SemaphoreSlim _registration = new(1);
    private volatile bool _isRegistered;
    private int _taking;

    public PostgresStreamSlots(IServiceScopeFactory scopes)
        : this(() =>
        {
            using var scope = scopes.CreateScope();
            return scope.ServiceProvider.GetRequiredService<AssetDbContext>().Database.GetConnectionString()!;
        })
    {
    }

    /// <param name="connection">The connection string.</param>
    internal PostgresStreamSlots(Func<string> connection)
    {
        _connection = new Lazy<string>(connection);
        _freed = new Grouper<Slot>(1, FreedAtOnce, FreeAsync);
    }

    public async ValueTask<IAsyncDisposable?> TryTakeAsync(Caller caller, int most)
    {
        Interlocked.Increment(ref _taking); // first, so that this instance does not leave meanwhile
        var id = Guid.CreateVersion7();
        try
        {
            if (!_isRegistered) await RenewAsync();
            var isTaken = await RunAsync(
                new NpgsqlBatchCommand(Lock) { Parameters = { Text(caller.TenantId), Text(caller.UserId) } },
                new NpgsqlBatchCommand(Take)
                {
                    Parameters = { Id(id), Id(_instance), Text(caller.TenantId), Text(caller.UserId), new NpgsqlParameter { Value = most, DataTypeName = "integer" } },
                });
            if (!isTaken) return null;
            _open[id] = caller;
            return new Slot(this, id);
        }
        catch (Exception e) when (IsFault(e))
        {
            _freed.Add(new Slot(this, id)); // the database may have its row all the same
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _taking);
        }
    }

    /// <summary>Renews the row of this instance, and removes those of instances that died.</summary>
    internal async Task RenewAsync()
    {
        await _registration.WaitAsync();
        try
        {
            var isNew = await RunAsync(
                new NpgsqlBatchCommand(RemoveDead),
                new NpgsqlBatchCommand(Renew) { Parameters = { Id(_instance), new NpgsqlParameter { Value = Life, DataTypeName = "interval" } } });

            // Another instance took this one for dead while the database could not be reached.
            var open = isNew ? _open.ToArray() : [];
            if (open.Length > 0)
            {
                await RunAsync(new NpgsqlBatchCommand(Restore)
                {
                    Parameters =
                    {
                        Id(_instance), DirectConnection.Array([.. open.Select(o => o.Key)], "uuid"),
                        DirectConnection.Array([.. open.Select(o => o.Value.TenantId)], "text"), DirectConnection.Array([.. open.Select(o => o.Value.UserId)], "text"),
                    },
                });

                // Streams that ended meanwhile have deleted their rows before this has written them.
                foreach (var (id, _) in open.Where(o => !_open.ContainsKey(o.Key))) _freed.Add(new Slot(this, id));
            }

            _isRegistered = true;
        }
        finally
        {
            _registration.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                while (_unfreed.TryDequeue(out var slot)) _freed.Add(slot);
                if (!_isRegistered) continue;
                try
                {
                    if (!await TryLeaveAsync()) await RenewAsync();
                }
                catch (Exception e) when (IsFault(e))
                {
                    // The next renewal restores what others have removed meanwhile. Readiness tells of the database.
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            if (_isRegistered) await ((Task)RunAsync(LeaveCommand())).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // else the slots are free within their life
        }
    }

    /// <summary>Removes the row of this instance, so that an instance without streams asks the database nothing.</summary>
    /// <returns>False if it has streams.</returns>
    private async Task<bool> TryLeaveAsync()
    {
        await _registration.WaitAsync();
        try
        {
            _isRegistered = false;
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _taking) > 0 || !_open.IsEmpty)
            {
                _isRegistered = true;
                return false;
            }

            await RunAsync(LeaveCommand());
            return true;
        }
        finally
        {
            _registration.Release();
        }
    }

    private NpgsqlBatchCommand LeaveCommand() => new(Leave) { Parameters = { Id(_instance) } };

    private async Task FreeAsync(IReadOnlyList<Slot> slots)
    {
        try
        {
            await RunAsync(new NpgsqlBatchCommand(Free) { Parameters = { DirectConnection.Array([.. slots.Select(s => s.Id)], "uuid") } });
            foreach (var slot in slots) slot.End.TrySetResult();
        }
        catch (Exception e) when (IsFault(e))
        {
            foreach (var slot in slots)
            {
                _unfreed.Enqueue(slot); // again at the next renewal
                slot.End.TrySetResult();
            }
        }
    }

    /// <returns>The first value of the last result; false without rows.</returns>
    private async Task<bool> RunAsync(params IReadOnlyList<NpgsqlBatchCommand> commands)
    {
        await using var connection = await DirectConnection.OpenAsync(_connection.Value);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(NoFlush));
        foreach (var command in commands) batch.BatchCommands.Add(command);
        return await DirectConnection.RunAsync(batch, async reader =>
        {
            var isTrue = false;
            for (var more = true; more; more = await reader.NextResultAsync()) isTrue = await reader.ReadAsync() && reader.GetValue(0) is not false;
            return isTrue;
        });
    }

    private static bool IsFault(Exception exception) => exception is DbException or TimeoutException or IOException;

    private static NpgsqlParameter Text(string value) => new() { Value = value, DataTypeName = "text" };

    private static NpgsqlParameter Id(Guid id) => new() { Value = id, DataTypeName = "uuid" };

    private sealed class Slot(PostgresStreamSlots slots, Guid id) : IAsyncDisposable
    {
        public Guid Id => id;

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask DisposeAsync()
        {
            slots._open.TryRemove(id, out _);
            slots._freed.Add(this);
            await End.Task;
        }
    }
}
