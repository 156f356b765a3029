using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Pipeline.Cli.Tests;

/// <summary>Large files in parts, and what is left of an upload that was interrupted.</summary>
public sealed class PartsTests : ScriptedApiTests
{
    private const int Parts = 6;

    private string[] StateFiles => Directory.Exists(StateFolder) ? Directory.GetFiles(StateFolder) : [];

    private string StateFolder => Path.Combine(Run.Folder, ".config", "pipeline", "uploads");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Api.Parts.FromBytes = 5_000;
    }

    [Fact]
    public async Task A_large_file_comes_in_parts_three_at_a_time_and_a_small_one_by_a_put()
    {
        var (large, small) = (Large(), Run.Photo());
        var gate = new Gate(3);
        Api.Parts.OnPart = gate.PassAsync;

        (await Run.AgainstAsync(Api, "upload", large, small)).ShouldBe(ExitCode.Done);

        Api.Uploads.Values.Single(u => u.Filename == "large.jpg").Put.ShouldNotBeNull().Holds(await File.ReadAllBytesAsync(large)).ShouldBeTrue();
        Api.Uploads.Values.Single(u => u.Filename == "photo.jpg").Put.ShouldNotBeNull().Holds(await File.ReadAllBytesAsync(small)).ShouldBeTrue();
        Api.Parts.Stored.Order().ShouldBe(Enumerable.Range(1, Parts));
        Api.Parts.Most.ShouldBe(3);
        StateFiles.ShouldBeEmpty();
        (Run.Out + Run.Error).ShouldNotContain(ScriptedApi.Signature);
    }

    [Fact]
    public async Task A_part_that_fails_is_sent_again_by_itself()
    {
        var failed = 0;
        Api.Parts.OnPart = (_, number) => Task.FromResult(number == 4 && Interlocked.Increment(ref failed) <= 2 ? Results.StatusCode(503) : null);

        (await Run.AgainstAsync(Api, "upload", Large())).ShouldBe(ExitCode.Done);

        Api.Parts.Stored.Count.ShouldBe(Parts, "the other parts are sent once");
    }

    [Fact]
    public async Task A_url_that_has_expired_is_signed_again_for_that_part()
    {
        var refused = 0;
        Api.Parts.OnPart = (_, number) => Task.FromResult(number == 2 && Interlocked.Increment(ref refused) == 1
            ? Results.Text("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", "application/xml", statusCode: 403)
            : null);

        (await Run.AgainstAsync(Api, "upload", Large())).ShouldBe(ExitCode.Done);

        Api.Count("POST /api/upload/multipart/").ShouldBe(Parts + 1 + 1, "each part, part 2 again, and the completion");
    }

    [Fact]
    public async Task A_part_that_the_server_lost_is_sent_again_before_the_completion_is_repeated()
    {
        var isLost = false;
        Api.Instead = http =>
        {
            if (isLost || !http.Request.Path.Value!.EndsWith("/complete", StringComparison.Ordinal)) return null;
            isLost = true;
            Api.Parts.Lose(Api.Uploads.Keys.Single(), 5);
            return null;
        };

        (await Run.AgainstAsync(Api, "upload", Large())).ShouldBe(ExitCode.Done);

        Api.Parts.Stored.Count(number => number == 5).ShouldBe(2);
    }

    [Fact]
    public async Task An_upload_that_failed_is_continued_by_the_same_command()
    {
        var large = Large();
        Api.Parts.OnPart = (_, number) => Task.FromResult(number >= 4 ? Results.StatusCode(500) : null);
        (await Run.AgainstAsync(Api, "upload", large)).ShouldBe(ExitCode.Unreachable);
        var before = Api.Parts.Stored.ToArray();
        StateFiles.Length.ShouldBe(1);
        File.GetUnixFileMode(StateFiles[0]).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Api.Parts.OnPart = (_, _) => Task.FromResult<IResult?>(null);
        Api.Requests.Clear();

        (await Run.AgainstAsync(Api, "upload", large)).ShouldBe(ExitCode.Done);

        Api.Count("POST /api/upload/presigned").ShouldBe(0, "the upload exists");
        Api.Parts.Stored.Count.ShouldBe(Parts, "what has arrived is not sent again");
        Run.Error.ShouldContain($"continues an earlier upload; {before.Length} of {Parts} parts are there");
        Api.Uploads.Values.ShouldHaveSingleItem().Put.ShouldNotBeNull().Holds(await File.ReadAllBytesAsync(large)).ShouldBeTrue();
        StateFiles.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_killed_upload_is_continued_by_the_same_command()
    {
        var large = Large();
        using var arrived = new SemaphoreSlim(0);
        Api.Parts.OnPart = async (_, number) =>
        {
            if (number <= 2) return null;
            arrived.Release();
            await Task.Delay(Timeout.Infinite, Stopped);
            return null;
        };
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "pipeline.dll"), "upload", large]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var (name, value) in Run.Variables) start.Environment[name] = value;
        (start.Environment["HOME"], start.Environment["PIPELINE_SERVER"]) = (Run.Folder, Api.Address.ToString());
        start.Environment.Remove("XDG_CONFIG_HOME");
        using (var process = Process.Start(start)!)
        {
            for (var i = 0; i < 3; i++) await arrived.WaitAsync(Stopped);
            process.Kill();
            await process.WaitForExitAsync(Stopped);
        }

        Api.Parts.Stored.Order().ShouldBe([1, 2]);
        Api.Parts.OnPart = (_, _) => Task.FromResult<IResult?>(null);

        (await Run.AgainstAsync(Api, "upload", large)).ShouldBe(ExitCode.Done);

        Api.Parts.Stored.Order().ShouldBe(Enumerable.Range(1, Parts));
        Api.Uploads.Values.ShouldHaveSingleItem().Put.ShouldNotBeNull().Holds(await File.ReadAllBytesAsync(large)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_that_changed_another_user_or_another_profile_begins_anew()
    {
        var large = Large();
        Api.Parts.OnPart = (_, _) => Task.FromResult<IResult?>(Results.StatusCode(500));
        await Run.AgainstAsync(Api, "upload", large);
        await Run.AgainstAsync(Api, "upload", large, "--profile", "avatar");
        Run.Variables["PIPELINE_TOKEN"] = "another-token-of-eve";
        await Run.AgainstAsync(Api, "upload", large);
        File.SetLastWriteTimeUtc(large, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await Run.AgainstAsync(Api, "upload", large);
        var bytes = await File.ReadAllBytesAsync(large);
        await File.WriteAllBytesAsync(large, [.. bytes.Reverse()]);
        File.SetLastWriteTimeUtc(large, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await Run.AgainstAsync(Api, "upload", large);

        Api.Uploads.Count.ShouldBe(5);
        StateFiles.Length.ShouldBe(5);
        string.Concat(StateFiles.Select(File.ReadAllText)).ShouldNotContain("token");
    }

    [Fact]
    public async Task An_upload_that_the_server_does_not_know_any_more_begins_anew()
    {
        var large = Large();
        Api.Parts.OnPart = (_, number) => Task.FromResult(number >= 4 ? Results.StatusCode(500) : null);
        await Run.AgainstAsync(Api, "upload", large);
        Api.Parts.OnPart = (_, _) => Task.FromResult<IResult?>(null);
        var first = Api.Uploads.Keys.Single();
        Api.Instead = http => http.Request.Path.Value!.EndsWith(first, StringComparison.Ordinal) && http.Request.Path.Value.Contains("multipart", StringComparison.Ordinal)
            ? Results.Json(new { code = "upload_expired", detail = "Expired." }, statusCode: 409, contentType: "application/problem+json")
            : null;

        (await Run.AgainstAsync(Api, "upload", large)).ShouldBe(ExitCode.Done);

        Api.Uploads.Count.ShouldBe(2);
        StateFiles.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_state_that_cannot_be_kept_is_a_warning_and_the_file_arrives()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StateFolder)!);
        await File.WriteAllTextAsync(StateFolder, "a file in place of the folder");

        (await Run.AgainstAsync(Api, "upload", Large())).ShouldBe(ExitCode.Done);

        Run.Error.ShouldContain("cannot remember uploads");
    }

    private string Large()
    {
        var path = Path.Combine(Run.Folder, "large.jpg");
        var bytes = new byte[((Parts - 1) * ScriptedParts.PartSize) + 7];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)(i % 251);
        (bytes[0], bytes[1], bytes[2]) = (0xFF, 0xD8, 0xFF);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private CancellationToken Stopped { get; } = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    /// <summary>Lets the first parts through together only, so that the test sees them at once.</summary>
    private sealed class Gate(int width)
    {
        private readonly TaskCompletionSource _open = new();
        private int _waiting;

        public async Task<IResult?> PassAsync(string id, int number)
        {
            if (Interlocked.Increment(ref _waiting) == width) _open.TrySetResult();
            await _open.Task;
            return null;
        }
    }
}
