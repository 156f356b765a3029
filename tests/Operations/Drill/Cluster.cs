using System.Diagnostics;
using Npgsql;
using Pipeline.TestKit;

namespace Pipeline.Operations.Drill;

/// <summary>A PostgreSQL server of the drill alone, which archives its WAL as an operator's does, and is destroyed.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const string Role = "pipeline";

    // Short, so that a drill of a minute archives often. Each segment has 16 MB, whatever is in it.
    private const int ArchiveSeconds = 2;

    private static readonly string Programs = Directory.GetDirectories("/usr/lib/postgresql").OrderBy(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0).Last() + "/bin";

    private readonly string _folder = Directory.CreateTempSubdirectory("pipeline-drill-").FullName;
    private readonly int _port = FreePort.Take();
    private Process? _server;

    public string Data => Path.Combine(_folder, "data");

    public string Archive => Path.Combine(_folder, "archive");

    /// <summary>A database of this server for the hosts' role.</summary>
    public string Connection => $"Host=127.0.0.1;Port={_port};Database=postgres;Username={Role};Password={Role}";

    public static async Task<Cluster> CreateAsync()
    {
        var cluster = new Cluster();
        File.SetUnixFileMode(cluster._folder, (UnixFileMode)0b111_001_001);
        if (Environment.IsPrivilegedProcess) await Command.RunAsync(["chown", "postgres:", cluster._folder]);
        await cluster.OwnerAsync(["mkdir", cluster.Archive]);
        await cluster.MakeAsync();
        return cluster;
    }

    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>A new, empty server in the place of the lost one.</summary>
    public async Task MakeAsync()
    {
        await OwnerAsync(["initdb", "-D", Data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--auth=trust", "-N"]);
        await OwnerAsync(["tee", "-a", Path.Combine(Data, "postgresql.conf")], $"""

            listen_addresses = '127.0.0.1'
            port = {_port}
            unix_socket_directories = ''
            max_connections = 200
            wal_level = replica
            archive_mode = on
            archive_timeout = {ArchiveSeconds}
            archive_command = 'test ! -f "{Archive}/%f" && cp "%p" "{Archive}/%f.partial" && mv "{Archive}/%f.partial" "{Archive}/%f"'

            """);
        await StartAsync();
        await SqlAsync($"CREATE ROLE {Role} LOGIN CREATEDB PASSWORD '{Role}'");
    }

    public async Task StartAsync()
    {
        var log = this["server.log"];
        var command = AsOwner(["sh", "-c", $"exec postgres -D '{Data}' >>'{log}' 2>&1"]);
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, WorkingDirectory = "/" };
        start.Environment["PATH"] = $"{Programs}:{Environment.GetEnvironmentVariable("PATH")}";
        _server = Process.Start(start)!;
        await Eventually.True(
            async () =>
            {
                if (_server.HasExited) throw new OperationException($"PostgreSQL did not start: {string.Join('\n', File.ReadLines(log).TakeLast(10))}");
                try
                {
                    return await AskAsync<bool>("SELECT NOT pg_is_in_recovery()");
                }
                catch (NpgsqlException)
                {
                    return false;
                }
            },
            "PostgreSQL accepts writes",
            TimeSpan.FromMinutes(10));
    }

    /// <summary>SIGKILL to all its processes, and no byte of its folder is left.</summary>
    public async Task DestroyAsync()
    {
        await KillAsync();
        Directory.Delete(Data, recursive: true);
    }

    /// <summary>Waits until the archive has WAL from after this time.</summary>
    public Task ArchivedAsync(DateTimeOffset after) => Eventually.True(
        () => AskAsync<bool>($"SELECT COALESCE(last_archived_time > '{after + TimeSpan.FromSeconds(2 * ArchiveSeconds):O}', FALSE) FROM pg_stat_archiver"), "the WAL is archived");

    /// <summary>Runs one of the scripts for operators as the server's user.</summary>
    public async Task<(int Code, string Said)> ScriptAsync(string name, string database, params string[] arguments) => await Command.TryAsync(
        AsOwner(["bash", "-s", "--", .. arguments]),
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{Programs}:{Environment.GetEnvironmentVariable("PATH")}", ["PGHOST"] = "127.0.0.1", ["PGPORT"] = $"{_port}",
            ["PGUSER"] = arguments[0] is "base" ? "postgres" : Role, ["PGPASSWORD"] = Role, ["PGDATABASE"] = database,
        },
        // The server's user may not be able to read this checkout.
        await File.ReadAllTextAsync(Path.Combine(Repository.Root, "scripts", name)));

    public async Task<T> AskAsync<T>(string query)
    {
        await using var connection = new NpgsqlConnection($"{Connection};Pooling=false".Replace($"Username={Role};Password={Role}", "Username=postgres", StringComparison.Ordinal));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(query, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task SqlAsync(string statement)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={_port};Database=postgres;Username=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    // Its children end by themselves once they notice; a new server on the same folder would refuse to start before.
    private async Task KillAsync()
    {
        if (_server is null) return;
        if (!_server.HasExited)
        {
            foreach (var child in Children(_server.Id)) Kill(child);
            _server.Kill();
        }

        await _server.WaitForExitAsync();
        await Eventually.True(() => !Processes().Any(), "the server's processes end", TimeSpan.FromSeconds(30));
        _server.Dispose();
        _server = null;
    }

    private static void Kill(int id)
    {
        try
        {
            Process.GetProcessById(id).Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static IEnumerable<int> Children(int parent) =>
        File.Exists($"/proc/{parent}/task/{parent}/children")
            ? File.ReadAllText($"/proc/{parent}/task/{parent}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)
            : [];

    private IEnumerable<string> Processes() => Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)).Where(path =>
    {
        try
        {
            return new FileInfo(Path.Combine(path, "cwd")).LinkTarget is { } folder && folder.StartsWith(Data, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private Task<string> OwnerAsync(IReadOnlyList<string> command, string? input = null) => Command.RunAsync(
        AsOwner(command), new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = $"{Programs}:{Environment.GetEnvironmentVariable("PATH")}" }, input);

    // The server refuses to run as root.
    private static IReadOnlyList<string> AsOwner(IReadOnlyList<string> command) =>
        Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command] : command;
}
