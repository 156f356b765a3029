using System.Diagnostics;

namespace Pipeline.EndToEnd.Clients;

/// <summary>The tests of clients/typescript, which start servers and proxies by themselves.</summary>
public sealed class TypeScriptClientTests
{
    [Fact]
    public Task Its_own_tests_pass_and_it_keeps_its_size_and_its_types() => CheckAsync();

    [Fact]
    public Task Its_own_tests_pass_on_the_oldest_Node_that_it_supports() => CheckAsync("18");

    private static async Task CheckAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "clients", "typescript", "check.sh"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PIPELINE_SERVER_DLL"] = Path.Combine(AppContext.BaseDirectory, "Pipeline.AllInOne.dll");
        using var process = Process.Start(start)!;
        var (said, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(0, $"{await said}{await errors}");
    }
}
