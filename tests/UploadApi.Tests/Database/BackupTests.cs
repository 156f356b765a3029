using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Database;

/// <summary><c>scripts/backup.sh</c>: a dump that cannot be restored fails on the day it is made, not on the day it is needed.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private readonly OwnPostgres _postgres = new();
    private readonly TempFolder _folder = new();

    public async Task InitializeAsync()
    {
        await using var db = _postgres.Open();
        await db.Database.MigrateAsync();
        db.Assets.Add(Some.Upload(TimeProvider.System.GetUtcNow()));
        await db.SaveChangesAsync();
    }

    public async Task DisposeAsync()
    {
        await _postgres.DropAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_dump_is_restored_once_and_told_with_its_number_of_assets()
    {
        var (status, output) = await RunAsync("dump", _folder["good"]);

        status.ShouldBe(0, output);
        output.ShouldContain("1 assets");
        File.Exists(_folder["good"]).ShouldBeTrue();
        (await RunAsync("check", _folder["good"])).Status.ShouldBe(0);
    }

    [Theory]
    [InlineData("truncate -s -2000 \"$file\"")]
    [InlineData("printf 'no dump' >\"$file\"")]
    [InlineData(": >\"$file\"")]
    [InlineData("dd if=/dev/zero of=\"$file\" bs=1 seek=$(($(stat -c %s \"$file\") / 2)) count=64 conv=notrunc status=none")]
    [InlineData("rm \"$file\"")]
    [InlineData("exit 1")]
    public async Task A_dump_that_cannot_be_restored_is_an_error_at_once_and_leaves_no_file(string fault)
    {
        Program("pg_dump", $"\"$real\" \"$@\" || exit\nfor file; do :; done\n{fault}");

        var (status, output) = await RunAsync("dump", _folder["spoiled"]);

        status.ShouldBe(1, output);
        output.ShouldContain("backup.sh: ");
        Directory.EnumerateFiles(_folder.Path, "spoiled*").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("exec \"$real\" --exclude-table-data=assets \"$@\"", "holds no assets")]
    [InlineData("psql -XAtqc 'DELETE FROM assets'; exec \"$real\" \"${@/--snapshot=*/--no-comments}\"", "has 0 assets of 1")]
    public async Task A_sound_dump_that_lacks_assets_is_an_error(string program, string reason)
    {
        Program("pg_dump", program);

        var (status, output) = await RunAsync("dump", _folder["poor"]);

        status.ShouldBe(1, output);
        output.ShouldContain(reason);
        Directory.EnumerateFiles(_folder.Path, "poor*").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_older_dump_that_has_been_cut_since_is_found()
    {
        (await RunAsync("dump", _folder["old"])).Status.ShouldBe(0);
        await using (var file = File.Open(_folder["old"], FileMode.Open)) file.SetLength(file.Length / 2);

        (await RunAsync("check", _folder["old"])).Status.ShouldBe(1);
    }

    // Stands before the real one.
    private void Program(string name, string body)
    {
        var real = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, name)).First(File.Exists);
        Directory.CreateDirectory(_folder["programs"]);
        File.WriteAllText(_folder[$"programs/{name}"], $"#!/bin/bash\nreal={real}\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder[$"programs/{name}"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task<(int Status, string Output)> RunAsync(params string[] arguments)
    {
        var server = new NpgsqlConnectionStringBuilder(_postgres.Connection);
        var start = new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "scripts", "backup.sh"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["PATH"] = $"{_folder["programs"]}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["PGHOST"] = server.Host;
        start.Environment["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = server.Username;
        start.Environment["PGPASSWORD"] = server.Password;
        start.Environment["PGDATABASE"] = server.Database;
        using var script = Process.Start(start).ShouldNotBeNull();
        var (said, errors) = (script.StandardOutput.ReadToEndAsync(), script.StandardError.ReadToEndAsync());
        await script.WaitForExitAsync();
        return (script.ExitCode, await said + await errors);
    }
}
