using System.Diagnostics;
using Pipeline.TestKit;

namespace Pipeline.Cli.Tests;

/// <summary><c>scripts/pack-cli.sh</c> with an SDK that only writes the files that the real one would, because real packing takes a minute.</summary>
public sealed class PackCliTests : IDisposable
{
    private const string FakeSdk = """
        #!/bin/bash
        [ "$1" = --info ] && { echo " RID:         linux-x64"; exit 0; }
        echo "$*" >>calls
        command=$1
        while [ "$1" != -o ]; do shift; done
        mkdir -p "$2"
        case $command in
        pack) echo tool >"$2/Pipeline.Cli.1.2.3.nupkg" ;;
        publish) echo file >"$2/pipeline"; echo file >"$2/pipeline.exe" ;;
        esac
        """;

    private readonly TempFolder _checkout = new();

    public PackCliTests()
    {
        Directory.CreateDirectory(_checkout["scripts"]);
        File.Copy(Path.Combine(Repository.Root, "scripts", "pack-cli.sh"), _checkout["scripts/pack-cli.sh"]);
        Directory.CreateDirectory(_checkout["sdk"]);
        File.WriteAllText(_checkout["sdk/dotnet"], FakeSdk);
        File.SetUnixFileMode(_checkout["sdk/dotnet"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task It_leaves_a_tool_and_one_file_and_says_how_to_install_them()
    {
        var (status, output) = await PackAsync();

        status.ShouldBe(0, output);
        File.Exists(_checkout["artifacts/cli/Pipeline.Cli.1.2.3.nupkg"]).ShouldBeTrue();
        File.Exists(_checkout["artifacts/cli/pipeline-linux-x64"]).ShouldBeTrue();
        output.ShouldContain("dotnet tool install --global Pipeline.Cli --version 1.2.3 --add-source artifacts/cli");
    }

    [Fact]
    public async Task A_version_of_an_earlier_run_is_not_packed_again()
    {
        Directory.CreateDirectory(_checkout["artifacts/pack-cli/tool"]);
        await File.WriteAllTextAsync(_checkout["artifacts/pack-cli/tool/Pipeline.Cli.9.0.0.nupkg"], "old");

        (await PackAsync()).Output.ShouldContain("--version 1.2.3");

        File.Exists(_checkout["artifacts/cli/Pipeline.Cli.9.0.0.nupkg"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Another_machine_and_folder_can_be_named()
    {
        var (status, output) = await PackAsync("--rid", "win-x64", "--output", _checkout["out"]);

        status.ShouldBe(0, output);
        File.Exists(_checkout["out/pipeline-win-x64.exe"]).ShouldBeTrue();
        (await File.ReadAllTextAsync(_checkout["calls"])).ShouldContain("-r win-x64 --self-contained");
    }

    [Theory]
    [InlineData("there is no option '--fast'", "--fast")]
    [InlineData("--rid needs a value", "--rid")]
    [InlineData("'linux-x86' is not supported", "--rid", "linux-x86")]
    public async Task What_it_cannot_do_is_said_before_anything_is_built(string why, params string[] arguments)
    {
        var (status, output) = await PackAsync(arguments);

        status.ShouldBe(2);
        output.ShouldContain(why);
        File.Exists(_checkout["calls"]).ShouldBeFalse();
    }

    public void Dispose() => _checkout.Dispose();

    private async Task<(int Status, string Output)> PackAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [_checkout["scripts/pack-cli.sh"], .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_checkout["sdk"]}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
