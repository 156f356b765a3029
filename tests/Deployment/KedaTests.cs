namespace Pipeline.Deployment;

public sealed class KedaTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Overlays => Manifests.Overlays;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Overlays))]
    public void It_is_valid_by_KEDAs_schema(string overlay)
    {
        File.WriteAllText(_folder["all.yaml"], Manifests.Yaml(overlay));

        Schemas.Check("keda", _folder["all.yaml"]);
    }

    [Fact]
    public void The_schema_would_refuse_what_is_wrong()
    {
        File.WriteAllText(_folder["all.yaml"], Manifests.Yaml("r2").Replace("minReplicaCount: 1", "minReplicaCount: one", StringComparison.Ordinal));

        Should.Throw<Exception>(() => Schemas.Check("keda", _folder["all.yaml"])).Message.ShouldContain("minReplicaCount");
    }

    [Fact]
    public void The_settings_of_clamd_are_those_of_compose()
    {
        foreach (var file in new[] { "clamd.conf", "freshclam.conf" })
            File.ReadAllText(Path.Combine(Manifests.Folder, "base", file)).ShouldBe(File.ReadAllText(Path.Combine(Repository.Root, "deploy", file)));
    }

    [Fact]
    public void The_examples_are_valid_as_far_as_their_kinds_are_known()
    {
        var documents = Directory.GetFiles(Path.Combine(Manifests.Folder, "examples")).SelectMany(file => Manifests.Parse(File.ReadAllText(file))).ToList();

        documents.Select(document => document.Kind).Order(StringComparer.Ordinal).ShouldBe(["Cluster", "Ingress", "NetworkPolicy", "NetworkPolicy", "RabbitmqCluster"]);
        foreach (var document in documents.Where(document => document.ApiVersion.StartsWith("networking.k8s.io/", StringComparison.Ordinal))) Should.NotThrow(document.Typed, document.Name);
    }
}
