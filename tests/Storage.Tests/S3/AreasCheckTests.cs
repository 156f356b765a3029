using Amazon.S3.Model;
using Pipeline.Hosting.Diagnosis;
using Pipeline.Storage.Costs;
using Pipeline.Storage.Diagnosis;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Tests.S3;

/// <summary>The doctor's check of the areas, on the real store.</summary>
[Collection(RealS3.Name)]
public sealed class AreasCheckTests : IDisposable
{
    private readonly List<IDisposable> _opened = [];

    public void Dispose()
    {
        foreach (var one in _opened) one.Dispose();
    }

    [Fact]
    public async Task A_key_with_all_rights_passes_with_a_warning_and_leaves_nothing()
    {
        var area = S3Server.Area with { Prefix = $"doctor-{Guid.NewGuid():N}/" };
        var areas = AreasOf(area);
        var found = await new AreasCheck(areas, RightsOfStore.Prefixes).RunAsync(default);

        found.Where(f => f.Check.StartsWith("area ", StringComparison.Ordinal)).Select(f => (f.Check, f.Status)).ShouldBe(
            new[] { "incoming", "public", "private", "originals", "quarantine" }.Select(name => ($"area {name}", FindingStatus.Ok)));
        found.Where(f => f.Check.StartsWith("rights", StringComparison.Ordinal)).ShouldAllBe(f => f.Status == FindingStatus.Warn && f.Fix != null);
        (await areas.Incoming.ListAsync("", default).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_missing_bucket_fails_in_each_area_with_a_fix()
    {
        var found = await new AreasCheck(AreasOf(S3Server.Area with { Bucket = $"none-{Guid.NewGuid():N}" }), RightsOfStore.Prefixes).RunAsync(default);
        found.ShouldAllBe(f => f.Status == FindingStatus.Fail && f.Fix != null);
        found.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_wrong_secret_fails_and_is_not_shown()
    {
        const string Wrong = "a-wrong-secret-that-nobody-may-see";
        var found = await new AreasCheck(AreasOf(S3Server.Area with { SecretAccessKey = Wrong }), RightsOfStore.Prefixes).RunAsync(default);
        found.ShouldAllBe(f => f.Status == FindingStatus.Fail);
        string.Concat(found.Select(f => f.Detail + f.Fix)).ShouldNotContain(Wrong);
        string.Concat(found.Select(f => f.Detail + f.Fix)).ShouldNotContain("Signature=");
    }

    [Fact]
    public async Task A_store_that_refuses_writes_to_originals_is_as_it_should_be()
    {
        var area = S3Server.Area with { Bucket = $"doctor-{Guid.NewGuid():N}" };
        await S3Server.MakeBucketAsync(area.Bucket);
        using (var owner = new S3Connection(area, new S3StorageOptions()))
        {
            await owner.Client.PutBucketPolicyAsync(new PutBucketPolicyRequest
            {
                BucketName = area.Bucket,
                Policy = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":["arn:aws:s3:::{{area.Bucket}}/originals/*","arn:aws:s3:::{{area.Bucket}}/quarantine/*"]},{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":["arn:aws:s3:::{{area.Bucket}}/assets/*"]}]}""",
            });
        }

        var found = await new AreasCheck(AreasOf(area), RightsOfStore.Prefixes).RunAsync(default);
        found.ShouldAllBe(f => f.Status == FindingStatus.Ok);
        found.Count(f => f.Check.StartsWith("rights", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_public_area_that_shows_nothing_to_strangers_is_a_warning()
    {
        var found = await new AreasCheck(AreasOf(S3Server.Area with { Prefix = $"doctor-{Guid.NewGuid():N}/" }), RightsOfStore.Prefixes).RunAsync(default);

        var shown = found.Single(f => f.Check == "public URL");
        (shown.Status, shown.Detail.Contains("answered 403", StringComparison.Ordinal)).ShouldBe((FindingStatus.Warn, true));
    }

    [Fact]
    public async Task A_public_address_that_does_not_answer_this_host_is_a_warning()
    {
        var areas = AreasOf(S3Server.Area with { Prefix = $"doctor-{Guid.NewGuid():N}/" }) with { PublicBaseUrl = new Uri("http://127.0.0.1:1") };

        var shown = (await new AreasCheck(areas, RightsOfStore.Prefixes).RunAsync(default)).Single(f => f.Check == "public URL");

        (shown.Status, shown.Detail.Contains("does not answer", StringComparison.Ordinal)).ShouldBe((FindingStatus.Warn, true));
    }

    [Fact]
    public async Task Requests_are_counted_as_they_are_sent_by_area_operation_and_cause()
    {
        var area = S3Server.Area with { Prefix = $"counts-{Guid.NewGuid():N}/" };
        var (counts, options) = (new StoreRequestCounts(), new S3StorageOptions());
        using var store = new S3ObjectStore(new S3Connection(area, options, counts: counts), area, options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var key = ObjectKey.Parse("originals/0e/x/1");
        using (StoreCause.Begin(StoreCause.Publish))
        {
            await store.WriteAsync(key, new MemoryStream([1]), 1, new WriteOptions { ContentType = "image/jpeg" }, default);
            await (await store.ReadAsync(key, null, default)).DisposeAsync();
        }

        using (StoreCause.Begin(StoreCause.Tidy))
        {
            await store.ListAsync("originals/", default).ToListAsync();
            await store.DeleteAsync(key, default);
        }

        counts.Take().ToDictionary(one => one.Key, one => one.Value).ShouldBe(
            new Dictionary<CountedRequest, long>
            {
                [new("originals", "put", "publish")] = 1, [new("originals", "head", "publish")] = 1, [new("originals", "get", "publish")] = 1,
                [new("originals", "list", "tidy")] = 1, [new("originals", "delete", "tidy")] = 1,
            },
            ignoreOrder: true);
        counts.Take().ShouldBeEmpty();
    }

    private StorageAreas AreasOf(S3AreaSettings area)
    {
        var store = S3Server.Open(area, new S3StorageOptions { Retries = 0 });
        _opened.Add(store);
        return StorageAreas.Shared(store, new S3UploadSigner(area, writeOnce: false, TimeProvider.System), new Uri($"{area.ServiceUrl!.AbsoluteUri.TrimEnd('/')}/{area.Bucket}/{area.Prefix}"));
    }
}
