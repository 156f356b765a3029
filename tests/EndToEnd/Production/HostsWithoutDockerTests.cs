using System.Diagnostics;

namespace Pipeline.EndToEnd.Production;

/// <summary>Executes the commands of <c>docs/operations.md</c> for machines without Docker, from the build to the first photo.</summary>
public sealed class HostsWithoutDockerTests : IDisposable
{
    private const string Install = "sudo scripts/install-hosts.sh";

    // Commands that the test replaces by its own servers and processes.
    private static readonly string[] NotHere = ["sudo apt-get ", "sudo -u postgres ", "sudo rabbitmqctl ", "sudoedit ", "sudo systemctl ", "systemctl ", "curl "];

    private readonly TempFolder _machine = new();
    private readonly TempFolder _checkout = new();

    public void Dispose()
    {
        _machine.Dispose();
        _checkout.Dispose();
    }

    [Fact]
    public async Task The_page_leads_from_a_checkout_to_a_first_photo()
    {
        var commands = Commands().ToList();
        commands.ShouldContain(Install);
        commands.Where(command => command.StartsWith("curl ", StringComparison.Ordinal)).Count().ShouldBe(2, "each host is asked whether it is ready");
        var walked = commands.Where(command => command != Install && !NotHere.Any(start => command.StartsWith(start, StringComparison.Ordinal))).ToList();

        await RunAsync(Repository.Root, $"scripts/install-hosts.sh --root '{_machine.Path}' --no-precompile");
        await RunAsync(Repository.Root, $"systemd-analyze verify --man=no '{Unit("uploadapi")}' '{Unit("processor")}'");
        await using var services = await ProductionServers.MakeAsync();
        await using var api = await StartAsync("uploadapi", ("ConnectionStrings__Assets", services.Database.ConnectionString), services.Broker.ApiSetting);
        await using var worker = await StartAsync("processor", services.Broker.WorkerSetting);

        MakeCheckout();
        var output = "";
        foreach (var command in walked)
        {
            output = await RunAsync(_checkout.Path, command
                .Replace("sudo ", "", StringComparison.Ordinal)
                .Replace("/etc/pipeline", _machine["etc/pipeline"], StringComparison.Ordinal)
                .Replace("http://localhost:4000", api.Address.AbsoluteUri, StringComparison.Ordinal));
        }

        output.ShouldContain("ready");
        output.ShouldContain("w640");
    }

    [Fact]
    public async Task An_upgrade_leaves_the_settings_as_they_are()
    {
        await File.WriteAllTextAsync(Directory.CreateDirectory(_machine["etc/pipeline"]).FullName + "/uploadapi.env", "PORT=5000\n");

        await RunAsync(Repository.Root, $"scripts/install-hosts.sh --root '{_machine.Path}' --no-precompile uploadapi");

        (await File.ReadAllTextAsync(_machine["etc/pipeline/uploadapi.env"])).ShouldBe("PORT=5000\n");
        Directory.GetDirectories(_machine["opt/pipeline"]).ShouldBe([_machine["opt/pipeline/uploadapi"]]);
    }

    private static IEnumerable<string> Commands() => File.ReadLines(Path.Combine(Repository.Root, "docs", "operations.md"))
        .SkipWhile(line => line != "## Hosts without Docker")
        .Skip(1)
        .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
        .Where(line => line.StartsWith("    ", StringComparison.Ordinal))
        .Select(line => line.Trim());

    private string Unit(string host) => _machine[$"etc/systemd/system/pipeline-{host}.service"];

    private string Of(string host, string key) =>
        File.ReadLines(Unit(host)).Single(line => line.StartsWith($"{key}=", StringComparison.Ordinal))[(key.Length + 1)..];

    /// <summary>Starts the unit's command, with the settings that an operator fills in.</summary>
    private async Task<ServerProcess> StartAsync(string host, params (string Name, string Value)[] filledIn)
    {
        var file = Of(host, "EnvironmentFile");
        (File.GetUnixFileMode(file) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)).ShouldBe(UnixFileMode.None, "it holds secrets");
        var settings = File.ReadLines(file).Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts[1].Trim('"'), StringComparer.Ordinal);

        // The store of this test is not R2.
        foreach (var name in settings.Keys.Where(name => name.StartsWith("R2_", StringComparison.Ordinal)).ToList()) settings.Remove(name);
        foreach (var (name, value) in ProductionSettings.Of("", _machine["work"]).Where(setting => setting.Key.StartsWith("Storage__", StringComparison.Ordinal) || settings.ContainsKey(setting.Key)))
            if (name != "JWT_SECRET") settings[name] = value;
        foreach (var (name, value) in filledIn) settings[name] = value;
        settings.Remove("PORT");
        settings.Values.ShouldAllBe(value => !value.Contains('<', StringComparison.Ordinal), "all is filled in");

        var command = Of(host, "ExecStart").Split(' ');
        File.Exists(command[0]).ShouldBeTrue("dotnet is there");
        return await ServerProcess.StartAsync(command[1], Of(host, "WorkingDirectory"), settings);
    }

    private void MakeCheckout()
    {
        Directory.CreateSymbolicLink(_checkout["examples"], Path.Combine(Repository.Root, "examples"));
        File.WriteAllText(_checkout["pipeline"], $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "pipeline.dll")}' \"$@\"\n");
        File.SetUnixFileMode(_checkout["pipeline"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private static async Task<string> RunAsync(string folder, string command)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", command])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{command}: {await output}{await errors}");
        return await output;
    }
}
