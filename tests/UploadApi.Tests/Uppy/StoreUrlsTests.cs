using System.Web;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Uploads;
using Pipeline.TestKit;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Uppy;

namespace Pipeline.UploadApi.Tests.Uppy;

public sealed class StoreUrlsTests
{
    private static readonly string Key = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    private readonly ManualTime _time = new();
    private readonly UploadOptions _uploads = new();
    private readonly Asset _asset;

    public StoreUrlsTests() => _asset = Some.Upload(_time.GetUtcNow());

    [Fact]
    public void A_url_is_valid_as_long_as_one_of_the_store_and_no_longer()
    {
        var urls = Urls("a secret of the tests");
        var signature = Signature(urls.Sign(_asset, StoreOperation.Complete));

        _time.Advance(TimeSpan.FromSeconds(_uploads.UrlSeconds) - TimeSpan.FromMilliseconds(1));
        Check(urls, signature).ShouldBe(StoreOperation.Complete);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Check(urls, signature).ShouldBeNull();
    }

    [Theory]
    [InlineData(StoreOperation.Create)]
    [InlineData(StoreOperation.List)]
    [InlineData(StoreOperation.Complete)]
    [InlineData(StoreOperation.Abort)]
    [InlineData(StoreOperation.Delete)]
    internal void A_url_is_bound_to_its_operation_asset_owner_and_tenant(StoreOperation operation)
    {
        var urls = Urls("a secret of the tests");
        var signature = Signature(urls.Sign(_asset, operation));

        Check(urls, signature).ShouldBe(operation);
        urls.Check(signature, _asset.TenantId, "eve", _asset.Id).ShouldBeNull();
        urls.Check(signature, "acme", _asset.OwnerId, _asset.Id).ShouldBeNull();
        urls.Check(signature, _asset.TenantId, _asset.OwnerId, Guid.NewGuid()).ShouldBeNull();
        for (var i = 0; i < signature.Length; i++)
            Check(urls, $"{signature[..i]}{(signature[i] == 'A' ? 'B' : 'A')}{signature[(i + 1)..]}").ShouldBeNull($"character {i}");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("not base64url!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Any_other_text_is_no_signature(string? text) => Check(Urls("a secret of the tests"), text).ShouldBeNull();

    [Fact]
    public void A_rotated_secret_still_opens_urls_of_the_one_before()
    {
        var signature = Signature(Urls("the secret of yesterday").Sign(_asset, StoreOperation.List));

        Check(Urls("the secret of today", "the secret of yesterday"), signature).ShouldBe(StoreOperation.List);
        Check(Urls("the secret of today"), signature).ShouldBeNull();
    }

    [Fact]
    public void A_key_of_its_own_signs_where_tokens_come_from_an_authority()
    {
        Urls(secret: null).CanSign.ShouldBeFalse();
        _uploads.Multipart.UrlKey = Key;
        var urls = Urls(secret: null);

        urls.CanSign.ShouldBeTrue();
        Check(urls, Signature(urls.Sign(_asset, StoreOperation.List))).ShouldBe(StoreOperation.List);
    }

    private StoreUrls Urls(string? secret, string? previous = null) => new(
        Options.Create(new AuthOptions { Secret = secret, PreviousSecret = previous }), Options.Create(_uploads),
        new ApiAddress(Options.Create(new ApiOptions { PublicUrl = new Uri("https://uploads.example.com") })), _time);

    private StoreOperation? Check(StoreUrls urls, string? signature) => urls.Check(signature, _asset.TenantId, _asset.OwnerId, _asset.Id);

    private static string Signature(Uri url) => HttpUtility.ParseQueryString(url.Query)["signature"]!;
}
