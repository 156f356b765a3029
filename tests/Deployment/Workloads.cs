using k8s.Models;

namespace Pipeline.Deployment;

/// <summary>A pod template with our own image.</summary>
/// <param name="Name">Of the workload.</param>
/// <param name="Kind">Such as Deployment.</param>
/// <param name="Labels">Of its pods.</param>
public sealed record Workload(string Name, string Kind, V1PodSpec Pod, IDictionary<string, string> Labels)
{
    public V1Container Container => Pod.Containers.Single();

    /// <summary>Null for an image of others.</summary>
    public string? Host => Container.Image.Contains("pipeline-uploadapi:", StringComparison.Ordinal) ? "uploadapi" : Container.Image.Contains("pipeline-processor:", StringComparison.Ordinal) ? "processor" : null;

    public static IReadOnlyList<Workload> Of(string overlay) => [.. Manifests.Documents(overlay).Where(document => document.Kind is "Deployment" or "StatefulSet" or "Job").Select(document => document.Typed() switch
    {
        V1Deployment deployment => new Workload(document.Name, document.Kind, deployment.Spec.Template.Spec, deployment.Spec.Template.Metadata.Labels),
        V1StatefulSet set => new Workload(document.Name, document.Kind, set.Spec.Template.Spec, set.Spec.Template.Metadata.Labels),
        V1Job job => new Workload(document.Name, document.Kind, job.Spec.Template.Spec, job.Spec.Template.Metadata.Labels),
        _ => throw new InvalidDataException(document.Kind),
    })];

    /// <summary>The environment of the container, with the values of its ConfigMaps.</summary>
    public IReadOnlyDictionary<string, string> Environment(string overlay)
    {
        var maps = Manifests.Documents(overlay).Where(document => document.Kind == "ConfigMap").Select(document => (V1ConfigMap)document.Typed()).ToDictionary(map => map.Metadata.Name, StringComparer.Ordinal);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var from in Container.EnvFrom ?? [])
            foreach (var (name, value) in maps[from.ConfigMapRef.Name].Data) environment[name] = value;
        foreach (var variable in Container.Env ?? []) environment[variable.Name] = variable.Value;
        return environment;
    }
}
