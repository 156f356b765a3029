using System.Globalization;
using k8s.Models;
using Pipeline.Contracts;

namespace Pipeline.Deployment;

/// <summary>What Kubernetes gets of <c>deploy/kubernetes</c>.</summary>
public sealed class KubernetesTests
{
    public static TheoryData<string> Overlays => Manifests.Overlays;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_document_has_only_fields_that_Kubernetes_knows(string overlay)
    {
        var documents = Manifests.Documents(overlay).Where(document => !document.ApiVersion.StartsWith("keda.sh/", StringComparison.Ordinal)).ToList();

        documents.Count.ShouldBeGreaterThan(20);
        foreach (var document in documents) Should.NotThrow(document.Typed, $"{document.Kind} {document.Name}");
        Should.Throw<Exception>(Manifests.Parse(documents.Single(document => document is { Kind: "Deployment", Name: "uploadapi" }).Yaml.Replace("replicas:", "replica:", StringComparison.Ordinal))[0].Typed);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_pod_has_few_rights_and_is_bounded(string overlay)
    {
        var workloads = Workload.Of(overlay);
        workloads.Count.ShouldBe(5);
        foreach (var workload in workloads)
        {
            var (pod, container) = (workload.Pod, workload.Container);
            pod.SecurityContext.RunAsNonRoot.ShouldBe(true, workload.Name);
            pod.SecurityContext.RunAsUser.ShouldBe(workload.Host is null ? 100 : 1654, workload.Name);
            pod.SecurityContext.SeccompProfile.Type.ShouldBe("RuntimeDefault", workload.Name);
            pod.AutomountServiceAccountToken.ShouldBe(false, workload.Name);
            pod.EnableServiceLinks.ShouldBe(false, workload.Name);
            container.SecurityContext.AllowPrivilegeEscalation.ShouldBe(false, workload.Name);
            container.SecurityContext.ReadOnlyRootFilesystem.ShouldBe(true, workload.Name);
            container.SecurityContext.Capabilities.Drop.ShouldBe(["ALL"], workload.Name);
            foreach (var resource in new[] { "cpu", "memory" })
            {
                container.Resources.Requests.ShouldContainKey(resource, workload.Name);
                container.Resources.Limits.ShouldContainKey(resource, workload.Name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Ports_probes_arguments_and_mounts_are_those_of_the_images(string overlay)
    {
        foreach (var workload in Workload.Of(overlay).Where(workload => workload.Host is not null))
        {
            var (container, image) = (workload.Container, Dockerfile.For(workload.Host!));
            var environment = workload.Environment(overlay);
            container.Command.ShouldBeNull("the image's own entry point");
            if (workload.Kind == "Job")
            {
                container.Args.ShouldBe(["migrate"]);
                File.ReadAllText(Path.Combine(Repository.Root, "src/UploadApi/Program.cs")).ShouldContain("args is [\"migrate\"]");
                image.Entrypoint.ShouldBe("Pipeline.UploadApi.dll");
            }
            else
            {
                container.Args.ShouldBeNull();
                container.Ports.Single(port => port.Name == "http").ContainerPort.ToString(CultureInfo.InvariantCulture).ShouldBe(image.Port);
                environment["PORT"].ShouldBe(image.Port);
                container.Ports.Single(port => port.Name == "metrics").ContainerPort.ToString(CultureInfo.InvariantCulture).ShouldBe(environment["Metrics__Port"]);
                container.LivenessProbe.HttpGet.Path.ShouldBe(image.HealthPath);
                container.StartupProbe.HttpGet.Path.ShouldBe(image.HealthPath);
                container.ReadinessProbe.HttpGet.Path.ShouldBe("/health/ready");
                workload.Pod.TerminationGracePeriodSeconds.ShouldBe(90);
            }

            foreach (var file in environment.Where(setting => setting.Value.StartsWith("/run/", StringComparison.Ordinal)))
                container.VolumeMounts.ShouldContain(mount => mount.ReadOnlyProperty == true && file.Value.StartsWith(mount.MountPath + "/", StringComparison.Ordinal), file.Key);
            foreach (var mount in container.VolumeMounts) workload.Pod.Volumes.ShouldContain(volume => volume.Name == mount.Name, workload.Name);
            container.VolumeMounts.ShouldContain(mount => mount.MountPath == "/tmp");
            if (workload.Host == "processor")
            {
                environment["Processor__Work__Folder"].ShouldBe(image.WorkFolder);
                container.VolumeMounts.ShouldContain(mount => mount.MountPath == image.WorkFolder);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_worker_has_the_memory_of_the_capacity_formula(string overlay)
    {
        var workers = Workload.Of(overlay).Where(workload => workload.Host == "processor").ToList();

        workers.Count.ShouldBe(2);
        foreach (var worker in workers)
        {
            var environment = worker.Environment(overlay);
            var (children, megapixels) = (Number(environment["Processor__Decoder__Children"]), Number(environment["Processor__Limits__MegapixelsInFlight"]));
            var folder = worker.Pod.Volumes.Single(volume => volume.Name == "scratch").EmptyDir.SizeLimit.ToInt64();
            var needed = 0.1e9m + (0.1e9m * children) + (12.5m * megapixels * 1_000_000) + folder;
            worker.Container.Resources.Limits["memory"].ToDecimal().ShouldBeInRange(needed, needed * 1.5m, worker.Name);
            (Number(environment["Processor__Messaging__Concurrency"]) + Number(environment["Processor__Messaging__ReprocessConcurrency"])).ShouldBeLessThanOrEqualTo(children);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Workers_scale_by_messages_that_wait_and_that_are_held(string overlay)
    {
        var workloads = Workload.Of(overlay).ToDictionary(workload => workload.Name, StringComparer.Ordinal);
        var scaled = Manifests.Documents(overlay).Where(document => document.Kind == "ScaledObject").ToDictionary(document => document.Name, StringComparer.Ordinal);
        scaled.Keys.Order(StringComparer.Ordinal).ShouldBe(["processor", "processor-reprocess"]);

        foreach (var (name, queue, setting, least) in new[] { ("processor", QueueNames.Uploads, "Concurrency", "1"), ("processor-reprocess", QueueNames.Reprocess, "ReprocessConcurrency", "0") })
        {
            var document = scaled[name];
            var places = Number(workloads[document.Text("spec", "scaleTargetRef", "name")].Environment(overlay)[$"Processor__Messaging__{setting}"]);
            string[] trigger = ["spec", "triggers", "0", "metadata"];
            document.Text([.. trigger, "queueName"]).ShouldBe(queue);
            document.Text([.. trigger, "value"]).ShouldBe((2 * places).ToString(CultureInfo.InvariantCulture));
            // Only the management API counts what workers hold.
            document.Text([.. trigger, "protocol"]).ShouldBe("http");
            document.Text([.. trigger, "excludeUnacknowledged"]).ShouldBe("false");
            document.Text("spec", "minReplicaCount").ShouldBe(least);
            Number(document.Text("spec", "maxReplicaCount")).ShouldBeGreaterThan(1);
            document.Text("spec", "cooldownPeriod").ShouldBe("300");
            document.Text("spec", "advanced", "horizontalPodAutoscalerConfig", "behavior", "scaleDown", "stabilizationWindowSeconds").ShouldBe("300");
        }

        scaled["processor"].Text("spec", "maxReplicaCount").ShouldNotBe(scaled["processor-reprocess"].Text("spec", "maxReplicaCount"), "reprocessing has its own maximum");
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Selectors_find_the_pods_that_they_mean(string overlay)
    {
        var workloads = Workload.Of(overlay);
        foreach (var budget in Typed<V1PodDisruptionBudget>(overlay)) workloads.Count(workload => Matches(budget.Spec.Selector.MatchLabels, workload)).ShouldBe(1, budget.Metadata.Name);
        Typed<V1PodDisruptionBudget>(overlay).Count().ShouldBe(4);
        foreach (var service in Typed<V1Service>(overlay))
        {
            var behind = workloads.Single(workload => Matches(service.Spec.Selector, workload));
            foreach (var port in service.Spec.Ports) behind.Container.Ports.ShouldContain(opened => opened.Name == port.TargetPort.Value);
        }

        foreach (var workload in workloads.Where(workload => workload.Kind == "Deployment"))
            workload.Pod.TopologySpreadConstraints.ShouldAllBe(constraint => Matches(constraint.LabelSelector.MatchLabels, workload) && constraint.MaxSkew == 1);
    }

    private static IEnumerable<T> Typed<T>(string overlay) => Manifests.Documents(overlay).Where(document => "V1" + document.Kind == typeof(T).Name).Select(document => (T)document.Typed());

    internal static bool Matches(IDictionary<string, string> selector, Workload workload) =>
        selector.All(label => workload.Labels.TryGetValue(label.Key, out var value) && value == label.Value);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
