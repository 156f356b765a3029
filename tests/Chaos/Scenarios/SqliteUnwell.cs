using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Pipeline.TestKit;

namespace Pipeline.Chaos.Scenarios;

/// <summary>The database file of the embedded server is damaged at random places, or another program locks it during uploads.</summary>
internal static class SqliteUnwell
{
    private const int Block = 512;
    private const string Refused = "exit code 78";

    private static readonly (Func<byte[], byte[]> Damage, bool IsAlwaysSeen)[] Damages =
    [
        (good => good[..RandomNumberGenerator.GetInt32(1, good.Length)], true),
        (good => [.. RandomNumberGenerator.GetBytes(100), .. good[100..]], true),
        (good => RandomNumberGenerator.GetBytes(good.Length), true),
        (Overwritten, false),
        (Overwritten, false),
    ];

    public static async Task<Finding> DamagedAsync(Scale scale, CancellationToken cancellationToken)
    {
        using var library = new Library();
        await using (var server = await library.StartAsync())
        {
            using var client = await library.ClientAsync(server);
            await library.ReadyAsync(client, await client.UploadAsync(3, cancellationToken), cancellationToken);
            ChaosException.Unless(await server.StopAsync() == 0, "the server did not stop well");
        }

        var (good, objects, refused) = (await File.ReadAllBytesAsync(library.Database, cancellationToken), library.Objects, 0);
        var rounds = scale.Of(25, Damages.Length);
        for (var round = 0; round < rounds; round++)
        {
            var (damage, isAlwaysSeen) = Damages[round % Damages.Length];
            foreach (var file in new[] { "-wal", "-shm" }) File.Delete(library.Database + file);
            var bad = damage(good);
            await File.WriteAllBytesAsync(library.Database, bad, cancellationToken);
            var isRefused = await IsRefusedAsync(library, cancellationToken);
            ChaosException.Unless(isRefused || !isAlwaysSeen, "a server has started on a file that is no database");
            if (isRefused)
            {
                refused++;
                var kept = await File.ReadAllBytesAsync(library.Database, cancellationToken);
                ChaosException.Unless(kept.AsSpan().SequenceEqual(bad), "the damaged file was changed");
            }

            var after = library.Objects;
            var harmed = objects.Where(o => after.GetValueOrDefault(o.Key) != o.Value).Select(o => o.Key).ToList();
            ChaosException.Unless(
                harmed.Count == 0,
                $"damage {round % Damages.Length}, {(isRefused ? "refused" : "not refused")}: {harmed.Count} of {objects.Count} objects changed or are gone, such as {harmed.FirstOrDefault()}");
        }

        return new Finding($"{rounds} damages", $"{refused} refused at the start with the file's name, in {rounds - refused} nothing that is read was hit; no object changed");
    }

    public static async Task<Finding> LockedAsync(Scale scale, CancellationToken cancellationToken)
    {
        // Longer than requests wait.
        var (rounds, held) = (scale.Of(5), scale.Of(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(5)));
        using var library = new Library();
        await using var server = await library.StartAsync();
        using var client = await library.ClientAsync(server);
        var confirmed = new List<Guid>();
        for (var round = 0; round < rounds; round++)
        {
            var uploads = client.UploadAsync(3, cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(500)), cancellationToken);
            await using (var other = new SqliteConnection($"Data Source={library.Database};Pooling=False;Default Timeout=60"))
            {
                await other.OpenAsync(cancellationToken);
                await using var command = other.CreateCommand();
                command.CommandText = "BEGIN IMMEDIATE";
                await command.ExecuteNonQueryAsync(cancellationToken);
                await Task.Delay(held, cancellationToken);
            }

            confirmed.AddRange(await uploads);
        }

        await library.ReadyAsync(client, confirmed, cancellationToken);
        return new Finding($"{confirmed.Count} assets, {rounds} locks of {held.TotalSeconds:0} s", $"all ready, each with {Photo.Variants} variants");
    }

    private static byte[] Overwritten(byte[] good)
    {
        var bad = good.ToArray();
        RandomNumberGenerator.Fill(bad.AsSpan(RandomNumberGenerator.GetInt32(good.Length - Block), Block));
        return bad;
    }

    private static async Task<bool> IsRefusedAsync(Library library, CancellationToken cancellationToken)
    {
        try
        {
            await using var server = await library.StartAsync();

            // The sweeps run at least once.
            await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken);
            ChaosException.Unless(Directory.Exists($"/proc/{server.Id}"), $"the server ended: {server.Log}");
            return false;
        }
        catch (InvalidOperationException e) when (e.ToString().Contains(Refused, StringComparison.Ordinal))
        {
            ChaosException.Unless(e.Message.Contains("assets.db is damaged or not a database", StringComparison.Ordinal), $"the end does not name the file: {e.Message}");
            return true;
        }
    }
}
