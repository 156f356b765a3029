using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pipeline.AllInOne.Database;
using Pipeline.Hosting;
using Pipeline.Hosting.Secrets;
using Pipeline.Processor;

namespace Pipeline.UploadApi.Tests.Hosting;

/// <summary>No message of a start contains a part of a secret, for all option types of all hosts.</summary>
public sealed class OptionSecretTests
{
    // Each secret is two marks with an odd text between them: no message may contain a part of it.
    private const string Left = "Qx7Left";
    private const string Right = "Qx7Right";
    private static readonly string[] Odd = ["#", "%", "%zz", "%23", "'", "\"", "\n", "; ", ";x=", "@", "/", "?", ":", "\\", " ", "ü€", "<", "[", "\t", "="];

    private static readonly Assembly[] Assemblies =
    [
        typeof(UploadApiModule).Assembly, typeof(ProcessorModule).Assembly, typeof(SqliteAssetDbContext).Assembly,
        .. new[] { typeof(UploadApiModule), typeof(ProcessorModule), typeof(SqliteAssetDbContext) }
            .SelectMany(host => host.Assembly.GetReferencedAssemblies())
            .Where(name => name.Name!.StartsWith("Pipeline.", StringComparison.Ordinal)).DistinctBy(name => name.Name).Select(Assembly.Load),
    ];

    private static List<(string Key, PropertyInfo Property, Type Section)> Options { get; } =
    [
        .. from type in Assemblies.SelectMany(a => a.GetTypes())
           where type is { IsClass: true, IsAbstract: false } && type.Name.EndsWith("Options", StringComparison.Ordinal)
           let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)?.GetValue(null) as string
           where section is not null && type.GetConstructor(Type.EmptyTypes) is not null
           from leaf in Leaves(type, section)
           select (leaf.Key, leaf.Property, type),
    ];

    [Fact]
    public void Every_option_with_the_name_of_a_secret_is_marked_as_one()
    {
        Options.Count.ShouldBeGreaterThan(60, "or this test no longer finds them");
        Options.Where(o => o.Property.PropertyType == typeof(string) || o.Property.PropertyType == typeof(Uri))
            .Where(o => SecretRedactor.IsSecret(o.Key) && o.Property.GetCustomAttribute<SecretAttribute>() is null)
            .Select(o => o.Key).ShouldBeEmpty("mark it with [Secret]");
        Options.Where(o => o.Property.GetCustomAttribute<SecretAttribute>() is not null && !SecretRedactor.IsSecret(o.Key))
            .Select(o => o.Key).ShouldBeEmpty("the last net must know it as well");
    }

    [Fact]
    public void No_fault_of_a_secret_option_tells_a_piece_of_its_value() => Tellings(
        Options.Where(o => o.Property.GetCustomAttribute<SecretAttribute>() is not null).Select(o => (o.Key, o.Section)),
        odd => [$"{Left}{odd}{Right}", $"amqp://user:{Left}{odd}{Right}@host:5672/", $"amqp://user:12{odd}{Left}{Right}@host:5672/", $"Host=db;Username=u;Password={Left}{odd}{Right}"]).ShouldBeEmpty();

    [Fact]
    public void No_fault_of_any_option_tells_a_password_inside_an_address() => Tellings(
        Options.Select(o => (o.Key, o.Section)),
        odd => [$"https://user:{Left}{odd}{Right}@host/", $"tcp://user:{Left}{odd}{Right}@host:1"]).ShouldBeEmpty();

    [Fact]
    public void The_last_net_takes_a_secret_out_in_every_spelling()
    {
        foreach (var odd in Odd)
        {
            var secret = $"{Left}{odd}{Right}";
            (string Key, string Value)[] settings =
            [
                ("JWT_SECRET", secret), ("Auth:Secret", secret), ("R2_SECRET_ACCESS_KEY", secret), ("R2_ACCESS_KEY_ID", secret), ("Storage:Areas:Public:SecretAccessKey", secret),
                ("RabbitMq:Uri", $"amqp://user:{secret}@host/"), ("RabbitMq:Uri", $"amqp://user:{Uri.EscapeDataString(secret)}@host/"),
                ("ConnectionStrings:Assets", $"Host=db;Password={secret}"), ("ConnectionStrings:Assets", $"Host=db;Password='{secret.Replace("'", "''", StringComparison.Ordinal)}'"),
                ("Sentry:Dsn", secret), ("OTEL_EXPORTER_OTLP_HEADERS", secret), ("Uploads:Multipart:UrlKey", secret), ("Anything:Else", $"https://{secret}@host/"),
            ];
            foreach (var (key, value) in settings)
            {
                var redactor = new SecretRedactor(new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build());
                foreach (var spelling in new[] { value, secret, Uri.EscapeDataString(secret), Uri.UnescapeDataString(secret) })
                    redactor.Redact($"It failed with {spelling} in it").ShouldNotContain(Right, customMessage: $"{key} = {value}");
            }
        }
    }

    private static List<string> Tellings(IEnumerable<(string Key, Type Section)> options, Func<string, string[]> values) =>
    [
        .. from option in options
           from odd in Odd
           from value in values(odd)
           from fault in Faults(option.Section, option.Key, value)
           where fault.Contains(Left, StringComparison.Ordinal) || fault.Contains(Right, StringComparison.Ordinal)
           select $"{option.Key} = {value}: {fault}",
    ];

    private static IEnumerable<string> Faults(Type options, string key, string value) => (IEnumerable<string>)typeof(OptionSecretTests)
        .GetMethod(nameof(FaultsOf), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(options).Invoke(null, [key, value])!;

    private static IEnumerable<string> FaultsOf<T>(string key, string value)
        where T : class
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        var section = (string)typeof(T).GetField("Section", BindingFlags.Public | BindingFlags.Static | BindingFlags.FlattenHierarchy)!.GetValue(null)!;
        var services = new ServiceCollection();
        services.AddValidatedOptions<T>(configuration, section);
        using var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptions<T>>().Value;
            return [];
        }
        catch (OptionsValidationException e)
        {
            return e.Failures;
        }
    }

    private static IEnumerable<(string Key, PropertyInfo Property)> Leaves(Type type, string section) => type.GetProperties()
        .Where(p => p.CanWrite)
        .SelectMany(p => p.PropertyType.IsClass && p.PropertyType.Namespace?.StartsWith("Pipeline.", StringComparison.Ordinal) == true
            ? Leaves(p.PropertyType, $"{section}:{p.Name}")
            : [($"{section}:{p.Name}", p)]);
}
