using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Webhooks;

namespace Pipeline.UploadApi.Tests.Webhooks;

/// <summary>No request reaches the operator's own network: by any spelling of an address, and by any name.</summary>
public sealed class AddressPolicyTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.170")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("168.63.129.16")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    [InlineData("2001:2::1")]
    [InlineData("2001:20::1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("100::1")]
    [InlineData("2001:0:4136:e378::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456:789a::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void A_private_or_reserved_address_is_forbidden(string address) => Policy().Allows(IPAddress.Parse(address), isEncrypted: true).ShouldBeFalse();

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.167.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("168.63.129.17")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2a00:1450:4001::1")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    public void A_public_address_is_allowed_with_encryption_only(string address)
    {
        Policy().Allows(IPAddress.Parse(address), isEncrypted: true).ShouldBeTrue();
        Policy().Allows(IPAddress.Parse(address), isEncrypted: false).ShouldBeFalse();
    }

    [Fact]
    public void A_network_that_the_operator_opened_is_allowed_and_no_other()
    {
        var policy = Policy("10.1.0.0/16");

        policy.Allows(IPAddress.Parse("10.1.2.3"), isEncrypted: false).ShouldBeTrue();
        policy.Allows(IPAddress.Parse("::ffff:10.1.2.3"), isEncrypted: true).ShouldBeTrue();
        policy.Allows(IPAddress.Parse("10.2.0.1"), isEncrypted: true).ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://127。0。0。1/")]
    [InlineData("https://127.0.0.1:8443/a?b=c")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://0/")]
    [InlineData("https://private.example/")]
    [InlineData("https://mixed.example/")]
    [InlineData("https://MIXED.example./")]
    public async Task A_url_that_leads_to_a_forbidden_address_is_refused(string url) => (await CheckAsync(url)).ShouldBeOfType<UrlVerdict.Forbidden>();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("example.com/hooks")]
    [InlineData("/hooks")]
    [InlineData("ftp://public.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://public.example/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("https://ada@public.example/")]
    [InlineData("https://ada:secret@public.example/")]
    [InlineData("https://@public.example/")]
    [InlineData("https:\\\\@public.example/")]
    [InlineData("https://:@public.example")]
    [InlineData("https://public.example/#part")]
    [InlineData("https://public.example/#")]
    [InlineData("https://public.example:0/")]
    [InlineData("https:///hooks")]
    [InlineData("https://①②⑦.0.0.1/")]
    [InlineData("https://unknown.example/")]
    public async Task A_url_that_is_no_https_url_of_a_known_host_is_invalid(string? url) => (await CheckAsync(url)).ShouldBeOfType<UrlVerdict.Invalid>();

    [Fact]
    public async Task A_url_of_a_public_host_is_kept_whole() =>
        (await CheckAsync("https://public.example:8443/hooks?key=a%20b")).ShouldBe(new UrlVerdict.Fine("https://public.example:8443/hooks?key=a%20b"));

    [Fact]
    public async Task A_url_of_2000_characters_is_the_longest()
    {
        const string Start = "https://public.example/";

        (await CheckAsync(Start + new string('a', 2_000 - Start.Length))).ShouldBeOfType<UrlVerdict.Fine>();
        (await CheckAsync(Start + new string('a', 2_001 - Start.Length))).ShouldBeOfType<UrlVerdict.Invalid>();
        (await CheckAsync(Start + new string('ä', 1_000))).ShouldBeOfType<UrlVerdict.Invalid>("it is longer once it is encoded");
    }

    [Fact]
    public async Task An_opened_network_allows_http()
    {
        (await CheckAsync("http://127.0.0.1:5000/", "127.0.0.0/8")).ShouldBeOfType<UrlVerdict.Fine>();
        (await CheckAsync("http://mixed.example/", "127.0.0.0/8")).ShouldBeOfType<UrlVerdict.Invalid>("one of its addresses is not in the network");
    }

    internal static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>(host.TrimEnd('.').ToLowerInvariant() switch
    {
        "public.example" => [IPAddress.Parse("1.1.1.1"), IPAddress.Parse("2606:4700:4700::1111")],
        "private.example" => [IPAddress.Parse("10.0.0.1")],
        "mixed.example" => [IPAddress.Parse("1.1.1.1"), IPAddress.Parse("127.0.0.1")],
        _ => throw new SocketException((int)SocketError.HostNotFound),
    });

    private static AddressPolicy Policy(params string[] opened) => new(Options.Create(new WebhookOptions { AllowNetworks = opened }));

    private static Task<UrlVerdict> CheckAsync(string? url, params string[] opened) => new WebhookUrls(Policy(opened), ResolveAsync).CheckAsync(url, default);
}
