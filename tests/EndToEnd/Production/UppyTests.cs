using Pipeline.EndToEnd.Clients;

namespace Pipeline.EndToEnd.Production;

/// <summary>Uppy on both hosts and Ceph.</summary>
public sealed class UppyTests() : UppyContract(new CephUppyServer());

/// <summary>The same without our package.</summary>
public sealed class PlainUppyTests() : PlainUppyContract(new CephUppyServer());

/// <summary>Both hosts and Ceph, with a bucket whose CORS rule names the page.</summary>
internal sealed class CephUppyServer : IUppyServer
{
    private PageBucket? _bucket;
    private ProductionServers? _servers;

    public async Task<(Uri Api, Person Person)> StartAsync(string origin)
    {
        _bucket = await PageBucket.MakeAsync(origin);
        _servers = await ProductionServers.MakeAsync();
        var port = FreePort.Take();
        var api = new Uri($"http://localhost:{port}");
        var bucket = ("Storage__S3__Bucket", _bucket.Name);
        await _servers.StartAsync([bucket, ("PORT", $"{port}"), ("Api__PublicUrl", api.AbsoluteUri), ("FRONTEND_URL", origin)], [bucket]);
        return (api, _servers.Person("uppy"));
    }

    public async Task StopAsync()
    {
        if (_servers is not null) await _servers.DisposeAsync();
        if (_bucket is not null) await _bucket.DisposeAsync();
    }
}
