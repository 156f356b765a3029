using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Deployment;

/// <summary>One YAML document.</summary>
public sealed class Document(YamlMappingNode root)
{
    public string Kind => Text("kind");

    public string Name => Text("metadata", "name");

    public string ApiVersion => Text("apiVersion");

    /// <summary>The YAML of this document alone.</summary>
    public string Yaml
    {
        get
        {
            using var text = new StringWriter();
            new YamlStream(new YamlDocument(root)).Save(text, assignAnchors: false);
            return text.ToString().Replace("\n...", "", StringComparison.Ordinal);
        }
    }

    /// <summary>A scalar; empty if it is missing.</summary>
    public string Text(params string[] path) => Find(path) is YamlScalarNode { Value: { } value } ? value : "";

    public YamlNode? Find(params string[] path)
    {
        YamlNode? node = root;
        foreach (var step in path)
        {
            if (node is YamlSequenceNode list) node = int.TryParse(step, out var index) && index < list.Children.Count ? list.Children[index] : null;
            else node = node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(step), out var next) ? next : null;
        }

        return node;
    }

    /// <summary>Reads it by Kubernetes' own types, which refuse an unknown field and a wrong type.</summary>
    public object Typed() => (ApiVersion, Kind) switch
    {
        ("v1", "Namespace") => Strict<V1Namespace>(),
        ("v1", "ConfigMap") => Strict<V1ConfigMap>(),
        ("v1", "Service") => Strict<V1Service>(),
        ("apps/v1", "Deployment") => Strict<V1Deployment>(),
        ("apps/v1", "StatefulSet") => Strict<V1StatefulSet>(),
        ("batch/v1", "Job") => Strict<V1Job>(),
        ("policy/v1", "PodDisruptionBudget") => Strict<V1PodDisruptionBudget>(),
        ("networking.k8s.io/v1", "NetworkPolicy") => Strict<V1NetworkPolicy>(),
        ("networking.k8s.io/v1", "Ingress") => Strict<V1Ingress>(),
        var other => throw new InvalidDataException($"{other} is not known here."),
    };

    private T Strict<T>() => KubernetesYaml.Deserialize<T>(Yaml, strict: true);
}
