using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Webhooks;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Webhooks;

/// <summary>A webhook that hangs takes places of its own only, and no request goes where it may not.</summary>
public sealed class WebhookSenderTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Hundreds_of_deliveries_pass_a_webhook_that_hangs()
    {
        await using var hooks = Hooks(new WebhookOptions { TimeoutSeconds = 3_600 });
        await using var hanging = await Receiver.StartAsync();
        await using var other = await Receiver.StartAsync();
        hanging.Answer = (_, http) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        var (slow, _) = await hooks.AddWebhookAsync(hanging.Url);
        var (quick, _) = await hooks.AddWebhookAsync(other.Url);
        for (var i = 0; i < 100; i++) await hooks.AddReadyAsync();
        await hooks.FeedAsync();

        var sender = await hooks.StartAsync();
        await Eventually.True(() => other.All.Count == 200, "the other webhook gets all of its events");

        hanging.All.Count.ShouldBe(1, "a webhook that has not answered yet gets one request");
        (await hooks.DeliveriesAsync(slow)).ShouldAllBe(d => d.Attempts == 0, "none of its requests has ended");
        await Eventually.True(async () => (await hooks.DeliveriesAsync(quick)).TrueForAll(d => d.Status == DeliveryStatus.Delivered), "all are recorded");
        await sender.StopAsync(default);
        (await hooks.DeliveriesAsync(slow)).ShouldAllBe(d => d.LeasedUntil == null, "the next start sends them at once");
    }

    [Fact]
    public async Task Webhooks_that_hang_do_not_take_the_places_of_the_same_owners_other_webhook()
    {
        await using var hooks = Hooks(new WebhookOptions { TimeoutSeconds = 3_600, Concurrency = 8 });
        await using var hanging = await Receiver.StartAsync();
        await using var other = await Receiver.StartAsync();
        hanging.Answer = (_, http) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        for (var i = 0; i < 19; i++) await hooks.AddWebhookAsync(hanging.Url);
        await hooks.AddWebhookAsync(other.Url);
        for (var i = 0; i < 20; i++) await hooks.AddReadyAsync();
        await hooks.FeedAsync();

        var sender = await hooks.StartAsync();
        await Eventually.True(() => other.All.Count == 40, "the webhook that answers gets all of its events");

        await sender.StopAsync(default);
    }

    [Fact]
    public void A_webhook_has_one_place_until_it_has_answered()
    {
        var (slots, webhook) = (new SendSlots(most: 64, perWebhook: 4), Of("ada"));
        var first = slots.Take(webhook);
        slots.FreeFor(webhook).ShouldBe(0);
        slots.FullWebhooks.ShouldBe([webhook.Id]);

        first.Dispose();
        first.Dispose();
        slots.FreeFor(webhook).ShouldBe(4);
        slots.FullWebhooks.ShouldBeEmpty();
        webhook.Failed(DateTimeOffset.UnixEpoch);
        slots.FreeFor(webhook).ShouldBe(1);
    }

    [Fact]
    public void Slow_requests_and_those_of_one_owner_leave_places_for_others()
    {
        var slots = new SendSlots(most: 64, perWebhook: 4);
        var taken = new List<SendPlace>();
        void TakeAll(Webhook webhook)
        {
            for (var free = slots.FreeFor(webhook); free > 0; free--) taken.Add(slots.Take(webhook));
        }

        for (var i = 0; i < 20; i++) TakeAll(Of("eve"));
        taken.Count.ShouldBe(16, "a quarter of the places for one owner");
        for (var i = 0; i < 200; i++) TakeAll(Of($"user{i}"));
        (taken.Count, slots.IsFull).ShouldBe((64, true));

        taken.ForEach(place => place.TurnSlow());
        slots.IsFull.ShouldBeFalse();
        for (var i = 0; i < 20; i++) TakeAll(Of("eve"));
        taken.Count.ShouldBe(64 + 16, "the places for quick requests are free again");
        for (var i = 200; i < 2000; i++)
        {
            TakeAll(Of($"user{i}"));
            taken[^1].TurnSlow();
        }

        taken.Count.ShouldBe((64 * 16) + 16, "then only webhooks that have answered quickly get a place");
        var answering = Of("ada");
        taken[0].Dispose();
        slots.Take(answering).Dispose();
        taken[0] = slots.Take(Of("bob"));
        taken[0].TurnSlow();
        slots.FreeFor(answering).ShouldBe(4);
        slots.FreeFor(Of("carl")).ShouldBe(0);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_fails_with_its_time()
    {
        await using var hooks = Hooks(new WebhookOptions { TimeoutSeconds = 1 });
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async (_, http) =>
        {
            // The status alone does not count: the answer has to end, too.
            await http.Response.StartAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        var (id, _) = await hooks.AddWebhookAsync(receiver.Url, EventType.Ready);
        await hooks.AddReadyAsync();

        await hooks.SendDueAsync();

        var attempt = (await hooks.AttemptsAsync(id)).ShouldHaveSingleItem();
        attempt.Error.ShouldBe(AttemptError.Timeout);
        attempt.Milliseconds.ShouldBeGreaterThanOrEqualTo(900);
    }

    [Fact]
    public async Task What_went_wrong_has_a_code()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        await using var receiver = await Receiver.StartAsync();

        (await PostAsync($"http://127.0.0.1:{port}/")).Error.ShouldBe(AttemptError.ConnectionFailed);
        (await PostAsync("https://unknown.example/")).Error.ShouldBe(AttemptError.NameNotResolved);
        (await PostAsync(receiver.Url.Replace("http://", "https://", StringComparison.Ordinal))).Error.ShouldBe(AttemptError.TlsFailed);
        await using var nonsense = new FaultProxy("127.0.0.1", port) { Mode = ProxyMode.Say, Saying = "nonsense\r\n\r\n" };
        (await PostAsync($"http://127.0.0.1:{nonsense.Port}/")).Error.ShouldBe(AttemptError.InvalidAnswer);
    }

    [Theory]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://private.example/")]
    [InlineData("http://public.example/")]
    public async Task The_sender_connects_to_no_forbidden_address_whatever_was_registered(string url) =>
        (await PostAsync(url)).Error.ShouldBe(AttemptError.ForbiddenAddress);

    [Fact]
    public async Task A_name_that_changes_its_address_after_the_registration_is_refused_at_the_connection()
    {
        await using var receiver = await Receiver.StartAsync();
        var asked = 0;
        Task<IPAddress[]> Rebind(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IPAddress[]>([Interlocked.Increment(ref asked) == 1 ? IPAddress.Parse("1.1.1.1") : IPAddress.Loopback]);
        await using var hooks = new Hooks(() => _room.Open(), _room.Areas(), new WebhookOptions { AllowNetworks = ["192.168.77.0/24"] }, resolve: Rebind);
        var (id, _) = await hooks.AddWebhookAsync($"https://rebind.example:{new Uri(receiver.Url).Port}/", EventType.Ready);
        await hooks.AddReadyAsync();

        await hooks.SendDueAsync();

        (await hooks.AttemptsAsync(id)).ShouldHaveSingleItem().Error.ShouldBe(AttemptError.ForbiddenAddress);
        asked.ShouldBe(2, "the connection goes to the address that was checked, without another look-up");
        receiver.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_several_addresses_only_allowed_ones_are_connected_to()
    {
        await using var receiver = await Receiver.StartAsync();
        var port = new Uri(receiver.Url).Port;
        Task<IPAddress[]> Both(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]);

        (await PostAsync($"http://both.example:{port}/", Both, "127.0.0.1/32")).Error.ShouldBeNull();
        receiver.All.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Without_a_key_no_webhook_is_created_and_the_reason_is_told()
    {
        await using var hooks = Hooks(new WebhookOptions());
        var none = new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), null, null));

        var result = await hooks.RunAsync<AssetDbContext, CreateWebhookResult>(db =>
            new CreateWebhook(db, new IdempotentRequest(db, Options.Create(new IdempotencyOptions()), hooks.Time), hooks.Get<WebhookUrls>(), none, hooks.Time).RunAsync(new WebhookRequest("https://public.example/", null, null), Webhooks.Hooks.Ada, default));

        result.ShouldBeOfType<CreateWebhookResult.NotConfigured>();
    }

    private static Webhook Of(string owner) => new(Guid.NewGuid(), new Caller(owner), new WebhookTarget("https://example.com/", [], null), "", DateTimeOffset.UnixEpoch);

    private static async Task<AttemptResult> PostAsync(string url, ResolveHost? resolve = null, string opened = "127.0.0.0/8")
    {
        var options = Options.Create(new WebhookOptions { AllowNetworks = [opened] });
        using var client = new WebhookClient(new AddressPolicy(options), resolve ?? AddressPolicyTests.ResolveAsync, options, TimeProvider.System);
        return await client.PostAsync(new WebhookMessage(url, "evt_1", "{}"u8.ToArray(), [WebhookSecrets.New()]), default);
    }

    private Hooks Hooks(WebhookOptions options) => new(() => _room.Open(), _room.Areas(), options);
}
