using System.Diagnostics;

namespace Pipeline.EndToEnd.Web;

/// <summary>The sources of the pages.</summary>
public sealed class WebBuildTests
{
    [Fact]
    public async Task Their_own_tests_pass_and_a_build_gives_the_committed_bytes_within_the_budgets() => await RunAsync("check.sh");

    /// <summary>Installs the packages of the pages, of which the tests use axe.</summary>
    internal static Task InstallAsync() => RunAsync("install.sh");

    private static async Task RunAsync(string script)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "web", script)) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{await said}{await errors}");
    }
}
