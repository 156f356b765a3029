using k8s.Models;

namespace Pipeline.Deployment;

/// <summary>A worker parses untrusted files, so it reaches broker, store, clamd and DNS, and nothing else.</summary>
public sealed class NetworkTests
{
    public static TheoryData<string> Overlays => Manifests.Overlays;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_worker_reaches_what_it_needs_and_no_more(string overlay)
    {
        foreach (var worker in Workload.Of(overlay).Where(workload => workload.Host == "processor"))
        {
            var rules = Policies(overlay, worker).SelectMany(policy => policy.Spec.Egress ?? []).ToList();
            rules.SelectMany(rule => rule.Ports).Select(port => port.Port.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(["3310", "443", "53", "5671"]);
            rules.ShouldAllBe(rule => rule.To.Count > 0 && rule.Ports.Count > 0);
            foreach (var block in rules.SelectMany(rule => rule.To).Select(peer => peer.IpBlock).OfType<V1IPBlock>().Where(block => block.Cidr == "0.0.0.0/0"))
                block.Except.ShouldContain("169.254.0.0/16", "the address of instance metadata");
            Policies(overlay, worker).SelectMany(policy => policy.Spec.Ingress ?? []).SelectMany(rule => rule.Ports).Select(port => port.Port.Value).ShouldBe(["9465"]);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void What_no_policy_allows_is_refused_for_every_pod(string overlay)
    {
        foreach (var workload in Workload.Of(overlay))
        {
            var kinds = Policies(overlay, workload).Where(policy => policy.Spec.Ingress is null && policy.Spec.Egress is null).SelectMany(policy => policy.Spec.PolicyTypes).Order(StringComparer.Ordinal);
            kinds.ShouldBe(["Egress", "Ingress"], ignoreOrder: false, workload.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Only_the_API_and_the_migration_reach_the_database(string overlay) =>
        Workload.Of(overlay)
            .Where(workload => Policies(overlay, workload).SelectMany(policy => policy.Spec.Egress ?? []).SelectMany(rule => rule.Ports).Any(port => port.Port.Value == "5432"))
            .Select(workload => workload.Name).Order(StringComparer.Ordinal)
            .ShouldBe(["pipeline-migrate", "uploadapi"]);

    private static IReadOnlyList<V1NetworkPolicy> Policies(string overlay, Workload workload) =>
    [
        .. Manifests.Documents(overlay).Where(document => document.Kind == "NetworkPolicy").Select(document => (V1NetworkPolicy)document.Typed())
            .Where(policy => KubernetesTests.Matches(policy.Spec.PodSelector.MatchLabels ?? new Dictionary<string, string>(StringComparer.Ordinal), workload)),
    ];
}
