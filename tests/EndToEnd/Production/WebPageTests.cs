using System.Net;
using Pipeline.EndToEnd.Web;

namespace Pipeline.EndToEnd.Production;

/// <summary>The pages of the API on PostgreSQL, RabbitMQ and Ceph.</summary>
public sealed class WebPageTests : UploadContract
{
    private PageBucket? _bucket;
    private ProductionServers? _servers;

    private protected override IEnumerable<string> StoreHosts => [new Uri(ProductionSettings.S3).Authority];

    [Fact]
    public async Task The_policy_names_the_store_and_an_API_without_the_setting_has_no_pages()
    {
        using var http = new HttpClient();
        using var page = await http.GetAsync(Address);
        var store = new Uri(ProductionSettings.S3).GetLeftPart(UriPartial.Authority);
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain($"connect-src 'self' {store};");

        var plain = await _servers!.StartApiAsync(("Storage__S3__Bucket", _bucket!.Name));
        using var none = await http.GetAsync(plain.Address);
        none.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private protected override async Task<(Uri Address, Person Person)> StartAsync()
    {
        var port = FreePort.Take();
        var address = new Uri($"http://localhost:{port}");
        _bucket = await PageBucket.MakeAsync(address.GetLeftPart(UriPartial.Authority));
        _servers = await ProductionServers.MakeAsync();
        var bucket = ("Storage__S3__Bucket", _bucket.Name);
        var pictures = ("Storage__S3__PublicUrl", $"{ProductionSettings.S3.TrimEnd('/')}/{_bucket.Name}");
        await _servers.StartAsync([bucket, ("PORT", $"{port}"), ("Api__PublicUrl", address.AbsoluteUri), ("Web__Enabled", "true"), pictures], [bucket, pictures]);
        return (address, _servers.Person("web"));
    }

    private protected override async Task StopAsync()
    {
        if (_servers is not null) await _servers.DisposeAsync();
        if (_bucket is not null) await _bucket.DisposeAsync();
    }
}
