using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Pipeline.Deployment;

/// <summary><c>docker-compose.yml</c>, with its merged parts.</summary>
public static class Compose
{
    public static readonly string Path = System.IO.Path.Combine(Repository.Root, "docker-compose.yml");

    public static IDictionary<object, object> Root { get; } = Read();

    public static IDictionary<object, object> Services => Map(Root["services"]);

    public static IDictionary<object, object> Map(object node) => (IDictionary<object, object>)node;

    public static IReadOnlyDictionary<string, string> Environment(string service) => Map(Services[service]).TryGetValue("environment", out var environment)
        ? Map(environment).ToDictionary(pair => (string)pair.Key, pair => (string)pair.Value, StringComparer.Ordinal)
        : new Dictionary<string, string>(StringComparer.Ordinal);

    private static IDictionary<object, object> Read()
    {
        using var text = File.OpenText(Path);
        return Map(new DeserializerBuilder().Build().Deserialize(new MergingParser(new Parser(text)))!);
    }
}
