using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Pipeline.Deployment;

/// <summary>
/// Every environment variable of the manifests, of <c>docker-compose.yml</c> and of the templates for systemd is a setting of its host. The hosts
/// refuse unknown keys in the sections that they know; they ignore other variables, so their first part is compared with those sections.
/// </summary>
public sealed partial class SettingsTests : IDisposable
{
    // Read without a section; docs/configuration.md lists them.
    private static readonly string[] Plain = ["PORT", "HOST", "JWT_SECRET", "FRONTEND_URL", "R2_ACCOUNT_ID", "R2_BUCKET_NAME", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_PUBLIC_URL"];

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Sources { get; } = new()
    {
        { "r2", "uploadapi" }, { "r2", "processor" }, { "s3", "uploadapi" }, { "s3", "processor" }, { "compose", "uploadapi" }, { "compose", "processor" },
        { "systemd", "uploadapi" }, { "systemd", "processor" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_key_begins_with_a_section_that_the_host_reads(string source, string host)
    {
        var sections = Sections(host);
        sections.ShouldContain("RabbitMq");
        sections.Contains("Processor:Limits", StringComparer.Ordinal).ShouldBe(host == "processor");

        foreach (var environment in Environments(source, host))
        {
            environment.Count.ShouldBeGreaterThan(5);
            environment.Keys.Select(Key).Where(key => !Plain.Contains(key, StringComparer.Ordinal))
                .Where(key => !sections.Any(section => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase)))
                .ShouldBeEmpty();
        }
    }

    /// <summary>The host reports all faults of the settings at once, so a fault that the test adds must be the only one.</summary>
    [Theory]
    [MemberData(nameof(Sources))]
    public async Task The_host_itself_finds_no_fault_in_them(string source, string host)
    {
        foreach (var environment in Environments(source, host))
        {
            var (exit, errors) = await StartAsync(host, environment);

            exit.ShouldBe(78, errors);
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem().ShouldContain("Metrics:Port");
        }
    }

    [Fact]
    public async Task The_host_would_find_a_wrong_key()
    {
        var environment = Environments("r2", "processor")[0].ToDictionary(StringComparer.Ordinal);
        environment["Processor__Messaging__Concurency"] = "3";

        (await StartAsync("processor", environment)).Errors.ShouldContain("Processor:Messaging:Concurency");
    }

    private static string Key(string variable) => (variable.EndsWith("_FILE", StringComparison.Ordinal) ? variable[..^5] : variable).Replace("__", ":", StringComparison.Ordinal);

    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Environments(string source, string host) => source switch
    {
        "compose" => [Compose.Environment(host)],
        "systemd" => [Systemd(host)],
        _ => [.. Workload.Of(source).Where(workload => workload.Host == host).Select(workload => workload.Environment(source))],
    };

    private static Dictionary<string, string> Systemd(string host) => File.ReadLines(Path.Combine(Repository.Root, "deploy", "systemd", $"{host}.env"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('=', 2))
        .ToDictionary(parts => parts[0], parts => Template().Replace(parts[1].Trim('"'), "word").Replace("@SECRET@", new string('s', 48), StringComparison.Ordinal), StringComparer.Ordinal);

    /// <summary>The constants with which the host's assemblies name their sections.</summary>
    private static IReadOnlyList<string> Sections(string host) =>
    [
        .. Assemblies(Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, host == "processor" ? "Pipeline.Processor.dll" : "Pipeline.UploadApi.dll")))
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.IsLiteral && field.FieldType == typeof(string) && field.Name.EndsWith("Section", StringComparison.Ordinal))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Distinct(StringComparer.Ordinal),
    ];

    private static HashSet<Assembly> Assemblies(Assembly root)
    {
        var found = new HashSet<Assembly> { root };
        foreach (var name in root.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("Pipeline.", StringComparison.Ordinal))) found.UnionWith(Assemblies(Assembly.Load(name)));
        return found;
    }

    private async Task<(int Exit, string Errors)> StartAsync(string host, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, Dockerfile.For(host).Entrypoint)]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path };
        foreach (var (name, value) in environment) start.Environment[name] = Here(name, value);
        start.Environment["Metrics__Port"] = "-1";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await output;
        return (process.ExitCode, await errors);
    }

    /// <summary>Files of secrets are on this machine in the test's folder, and addresses without their variables.</summary>
    private string Here(string name, string value)
    {
        if (name.EndsWith("CaFile", StringComparison.Ordinal)) return Authority();
        if (name.EndsWith("_FILE", StringComparison.Ordinal))
        {
            var content = Key(name) switch
            {
                "ConnectionStrings:Assets" => "Host=db;Database=pipeline;Username=pipeline;Password=word",
                "RabbitMq:Uri" => "amqps://user:word@rabbitmq:5671/",
                _ => new string('s', 48),
            };
            File.WriteAllText(_folder[name], content);
            return _folder[name];
        }

        return name == "Processor__Work__Folder" ? _folder["work"] : Variable().Replace(value, match => match.Groups["otherwise"].Value);
    }

    private string Authority()
    {
        if (!File.Exists(_folder["secrets/ca.crt"])) Programs.Run(Path.Combine(Repository.Root, "deploy", "make-secrets.sh"), _folder["secrets"]);
        return _folder["secrets/ca.crt"];
    }

    [GeneratedRegex(@"\$\{\w+:-(?<otherwise>[^}]*)\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("<[^>]+>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Template();
}
