using System.Diagnostics;
using System.Net;
using Npgsql;

namespace Pipeline.EndToEnd.Production;

/// <summary>A job migrates the database, and the API waits for it.</summary>
public sealed class MigrateTests : IDisposable
{
    private static readonly string Api = Path.Combine(AppContext.BaseDirectory, "Pipeline.UploadApi.dll");
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _settings;

    public MigrateTests() => _settings = ProductionSettings.Of(new string('s', 32), _folder["work"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_API_that_may_not_migrate_waits_for_the_job_and_starts_then()
    {
        await using var database = await OwnDatabase.MakeEmptyAsync();
        await using var broker = await OwnVirtualHost.MakeAsync();
        _settings["ConnectionStrings__Assets"] = database.ConnectionString;
        (_settings[broker.ApiSetting.Name], _settings["Database__Migrate"]) = (broker.ApiSetting.Value, "false");
        await using var api = ServerProcess.Launch(Api, _folder.Path, _settings);
        await Eventually.True(() => api.Log.Contains("not migrated yet", StringComparison.Ordinal), "it says that it waits", TimeSpan.FromSeconds(60));
        (await HasTablesAsync(database)).ShouldBeFalse();

        (await MigrateAsync()).ShouldBe((0, ""));

        (await HasTablesAsync(database)).ShouldBeTrue();
        using var http = new HttpClient { BaseAddress = api.Address };
        await Eventually.True(async () => await IsLiveAsync(http), "the API starts", TimeSpan.FromSeconds(60));
        (await MigrateAsync()).ShouldBe((0, ""), "there is nothing left to do");
    }

    [Fact]
    public async Task A_job_that_cannot_migrate_says_why_in_one_line()
    {
        _settings["ConnectionStrings__Assets"] = new NpgsqlConnectionStringBuilder(_settings["ConnectionStrings__Assets"]) { Port = 9 }.ConnectionString;

        var (exit, errors) = await MigrateAsync();

        exit.ShouldBe(75);
        errors.TrimEnd().ShouldStartWith("Not started: `ConnectionStrings:Assets`");
        errors.TrimEnd().ShouldNotContain('\n');
    }

    private async Task<(int Exit, string Errors)> MigrateAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Api, "migrate"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
        foreach (var (name, value) in _settings) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await output;
        return (process.ExitCode, await errors);
    }

    private static async Task<bool> HasTablesAsync(OwnDatabase database)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT to_regclass('assets') IS NOT NULL", connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<bool> IsLiveAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/health/live", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
