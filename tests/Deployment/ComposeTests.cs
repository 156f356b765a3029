using System.Text.RegularExpressions;

namespace Pipeline.Deployment;

public sealed partial class ComposeTests
{
    [Fact]
    public void It_is_valid_by_the_schema_of_the_specification() => Schemas.Check("compose", Compose.Path);

    [Fact]
    public void The_schema_would_refuse_what_is_wrong()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["docker-compose.yml"], File.ReadAllText(Compose.Path).Replace("read_only: true", "readonly: true", StringComparison.Ordinal));

        Should.Throw<Exception>(() => Schemas.Check("compose", folder["docker-compose.yml"])).Message.ShouldContain("readonly");
    }

    [Fact]
    public void It_is_valid_for_the_program() => Programs.Run("docker-compose", "--file", Compose.Path, "config", "--quiet");

    [Fact]
    public void The_profiles_are_the_product_and_what_watches_it()
    {
        var profiles = Compose.Services.ToDictionary(service => (string)service.Key, service => (string)((List<object>)Compose.Map(service.Value)["profiles"]).Single(), StringComparer.Ordinal);

        profiles.Where(service => service.Value == "observability").Select(service => service.Key).Order(StringComparer.Ordinal).ShouldBe(["alertmanager", "grafana", "prometheus"]);
        profiles.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(["core", "observability"]);
        File.ReadLines(Path.Combine(Repository.Root, ".env.example")).ShouldContain("COMPOSE_PROFILES=core");
    }

    [Fact]
    public void Every_secret_is_a_file_that_make_secrets_makes_and_none_has_a_default()
    {
        using var folder = new TempFolder();
        Programs.Run(Path.Combine(Repository.Root, "deploy", "make-secrets.sh"), folder["one"]);
        Programs.Run(Path.Combine(Repository.Root, "deploy", "make-secrets.sh"), folder["two"]);
        var files = Compose.Map(Compose.Root["secrets"]).Values.Select(secret => Path.GetFileName((string)Compose.Map(secret)["file"])).ToList();

        files.Count.ShouldBeGreaterThan(10);
        foreach (var file in files) File.ReadAllText(folder[$"one/{file}"]).ShouldNotBe(File.ReadAllText(folder[$"two/{file}"]), file);
        foreach (var service in Compose.Services.Keys.Cast<string>())
            Compose.Environment(service).Where(variable => Secret().IsMatch(variable.Key) && !variable.Key.EndsWith("_FILE", StringComparison.Ordinal)).ShouldBeEmpty(service);
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy"), "*", SearchOption.AllDirectories).Where(path => !path.Contains("/secrets/", StringComparison.Ordinal)).Append(Compose.Path))
            File.ReadLines(path).Where(line => Default().IsMatch(line)).ShouldBeEmpty(path);
    }

    [Fact]
    public void Nothing_is_published_beyond_this_machine_by_default()
    {
        var ports = Compose.Services.Values.Select(Compose.Map).Where(service => service.ContainsKey("ports")).SelectMany(service => (List<object>)service["ports"]).Cast<string>().ToList();

        ports.Count.ShouldBe(5);
        ports.ShouldAllBe(port => port.Contains(":-127.0.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public void All_connections_but_clamds_are_encrypted()
    {
        using var folder = new TempFolder();
        Programs.Run(Path.Combine(Repository.Root, "deploy", "make-secrets.sh"), folder["secrets"]);

        File.ReadAllText(folder["secrets/assets-connection"]).ShouldContain("SSL Mode=VerifyFull;Root Certificate=/run/secrets/ca");
        foreach (var host in new[] { "uploadapi", "processor" })
        {
            File.ReadAllText(folder[$"secrets/rabbitmq-uri-{host}"]).ShouldStartWith("amqps://");
            Compose.Environment(host)["Storage__S3__ServiceUrl"].ShouldStartWith("https://");
            Compose.Environment(host)["Storage__S3__CaFile"].ShouldBe("/run/secrets/ca");
            Compose.Environment(host)["RabbitMq__CaFile"].ShouldBe("/run/secrets/ca");
        }

        File.ReadLines(Path.Combine(Repository.Root, "deploy", "pg_hba.conf")).Where(line => line.StartsWith("host", StringComparison.Ordinal)).ShouldAllBe(line => line.StartsWith("hostssl ", StringComparison.Ordinal));
        File.ReadLines(Path.Combine(Repository.Root, "deploy", "rabbitmq-tls.conf")).ShouldContain("listeners.tcp = none");
        var back = Compose.Map(Compose.Map(Compose.Root["networks"])["back"]);
        back["internal"].ShouldBe("true", "clamd has no TLS");
    }

    [GeneratedRegex("PASSWORD|SECRET|TOKEN", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Secret();

    // A variable of a password with a value to fall back on, or a password that many programs ship with.
    [GeneratedRegex(@"(PASSWORD|SECRET)\w*:-\w|guest:guest|(password|passwd)\s*[:=]\s*(admin|changeme|postgres|guest|password)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Default();
}
