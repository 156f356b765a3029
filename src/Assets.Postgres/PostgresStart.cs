using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using Pipeline.Hosting;

namespace Pipeline.Assets.Postgres;

/// <summary>Explains in one line why the database keeps the API from starting.</summary>
internal static class PostgresStart
{
    private const string Key = $"`{ConnectionStringOptions.Section}:{nameof(ConnectionStringOptions.Assets)}`";

    /// <summary>Connects once without EF Core, which would log a stack trace.</summary>
    /// <exception cref="StartFaultException">The connection failed; the message names the fault and the remedy.</exception>
    public static async Task ConnectAsync(string? connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
            await connection.OpenAsync();
        }
        catch (Exception e) when (Explain(e, connectionString) is not null)
        {
            throw Explain(e, connectionString)!;
        }
    }

    /// <summary>Null if the database did not cause the exception.</summary>
    public static StartFaultException? Explain(Exception exception, string? connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var server = $"PostgreSQL at {settings.Host}:{settings.Port}";
        return exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                Wrong($"{server} refuses the user '{settings.Username}' or its password: correct them, or allow this user in pg_hba.conf"),
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } =>
                Wrong($"{server} has no database '{settings.Database}': create it (CREATE DATABASE), or correct its name"),
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } =>
                Wrong($"{server}: the user '{settings.Username}' may not change tables in the database '{settings.Database}': make it their owner"),
            PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => Away($"{server} refuses writes now: is it a standby? Name the primary, or wait for it"),
            PostgresException e when IsTransient(e.SqlState) => Away($"{server} refuses work now ({e.SqlState}): try again, and check its log"),
            PostgresException e => Wrong($"{server}: the database '{settings.Database}' cannot be migrated ({e.SqlState} {e.MessageText}): check its log"),
            NpgsqlException { InnerException: AuthenticationException } =>
                Wrong($"{server} has a certificate that is not trusted, or of another host name: name its authority by `Root Certificate=` there, or correct `Host`"),
            NpgsqlException or TimeoutException or SocketException =>
                Away($"{server} does not answer ({Reason(exception)}): start it, or correct its address"),
            { InnerException: { } inner } => Explain(inner, connectionString),
            _ => null,
        };
    }

    /// <summary>Another instance has been migrating for too long.</summary>
    public static StartFaultException Busy(TimeSpan waited) =>
        Away($"another instance has been migrating the database for {waited.TotalMinutes:0} minutes: check it, or wait");

    /// <summary>This instance may not migrate, and nobody else has.</summary>
    public static StartFaultException NotMigrated(TimeSpan waited) =>
        Away($"nobody has migrated the database for {waited.TotalMinutes:0} minutes: run `dotnet Pipeline.UploadApi.dll migrate`, or set `{DatabaseOptions.Section}:{nameof(DatabaseOptions.Migrate)}` to true");

    // Connections, resources, an operator's intervention, the disk: these faults pass.
    private static bool IsTransient(string state) => state[..2] is "08" or "40" or "53" or "55" or "57" or "58";

    private static string Reason(Exception exception) => exception switch
    {
        SocketException { SocketErrorCode: var code } => code.ToString(),
        TimeoutException => "no answer in time",
        { InnerException: { } inner } => Reason(inner),
        _ => exception.GetType().Name,
    };

    private static StartFaultException Wrong(string what) => new(StartExit.Misconfigured, $"{Key}: {what}");

    private static StartFaultException Away(string what) => new(StartExit.Away, $"{Key}: {what}");
}
