using Pipeline.EndToEnd.Production;

namespace Pipeline.EndToEnd.Hostile;

[Collection(SharedServerTests.Name)]
public sealed class HostileRequestsToTheEmbeddedServerTests(SharedServer shared) : HostileRequests
{
    protected override Uri Address => shared.Server.Address;

    protected override string Secret => File.ReadAllText(Path.Combine(shared.Server.DataFolder, "jwt-secret")).Trim();

    protected override string Log => shared.Server.Log;
}

[Collection(ProductionServersTests.Name)]
public sealed class HostileRequestsToTheTwoHostsTests(ProductionServers servers) : HostileRequests
{
    protected override Uri Address => servers.Address;

    protected override string Secret => servers.Secret;

    protected override string Log => servers.Log;
}
