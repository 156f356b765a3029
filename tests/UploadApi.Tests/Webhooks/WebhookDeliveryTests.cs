using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Webhooks;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Webhooks;

/// <summary>Each event reaches each webhook of its owner, by the schedule of Standard Webhooks.</summary>
public abstract class WebhookDeliveryContract : IAsyncLifetime
{
    private Receiver _receiver = null!;

    private protected Hooks Hooks { get; private set; } = null!;

    private protected Receiver Receiver => _receiver;

    public virtual async Task InitializeAsync() => (_receiver, Hooks) = (await Receiver.StartAsync(), Make());

    public virtual async Task DisposeAsync()
    {
        await Hooks.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task An_event_is_posted_once_to_each_webhook_whose_filter_matches()
    {
        var (all, _) = await Hooks.AddWebhookAsync(Receiver.Url);
        var (ready, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready, EventType.Failed);
        var (failed, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Failed);
        var asset = await Hooks.AddReadyAsync();

        (await Hooks.SendDueAsync()).ShouldBe(3);
        (await Hooks.SendDueAsync()).ShouldBe(0);

        Receiver.All.Select(r => r.Type).ShouldBe([EventType.Queued, EventType.Ready, EventType.Ready], ignoreOrder: true);
        (await Hooks.DeliveriesAsync(all)).ShouldAllBe(d => d.Status == DeliveryStatus.Delivered && d.Attempts == 1);
        (await Hooks.DeliveriesAsync(ready)).ShouldHaveSingleItem().Id.ShouldBe($"evt_{asset.Id:N}_{asset.Version}");
        (await Hooks.DeliveriesAsync(failed)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_request_is_the_document_of_the_event_with_the_headers_of_the_standard()
    {
        await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();

        await Hooks.SendDueAsync();

        var received = Receiver.All.ShouldHaveSingleItem();
        var document = await Hooks.RunAsync<EventDocuments, EventDocument>(async documents => (await documents.OfAsync(
            await Hooks.RunAsync<AssetDbContext, List<AssetEvent>>(db => db.Events.Where(e => e.Kind == AssetEventKind.Ready).ToListAsync()), default))[0]);
        received.Body.ShouldBe(document.Json);
        received.Path.ShouldBe("/hook?key=a%20b");
        received.Headers["Content-Type"].ShouldBe("application/json");
        received.Headers["User-Agent"].ShouldStartWith("Pipeline-Webhooks/");
        received.Id.ShouldBe(document.Id);
        received.Id.ShouldNotContain(".");
        received.Headers["webhook-timestamp"].ShouldBe(Hooks.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        received.Headers["webhook-signature"].ShouldStartWith("v1,");
        received.Headers.Keys.ShouldNotContain("traceparent");
        received.Headers.Keys.ShouldNotContain("Authorization");
    }

    [Fact]
    public async Task Events_of_others_and_from_before_the_webhook_are_not_sent()
    {
        await Hooks.AddReadyAsync();
        Hooks.Time.Advance(TimeSpan.FromSeconds(1));
        await Hooks.AddWebhookAsync(Receiver.Url);
        await Hooks.AddReadyAsync(new Caller("eve"));
        await Hooks.AddReadyAsync(new Caller("acme", Some.Owner, new HashSet<string>()));

        (await Hooks.SendDueAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_failing_delivery_is_tried_ten_times_by_the_schedule_each_time_signed_for_its_own_moment()
    {
        Receiver.Status(500);
        var (id, secret) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();
        TimeSpan[] waits =
        [
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
            TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
        ];

        (await Hooks.SendDueAsync()).ShouldBe(1);
        foreach (var wait in waits)
        {
            Hooks.Time.Advance(wait - TimeSpan.FromSeconds(1));
            (await Hooks.SendDueAsync()).ShouldBe(0, $"a second before {wait} are over");
            Hooks.Time.Advance(TimeSpan.FromSeconds(1));
            (await Hooks.SendDueAsync()).ShouldBe(1, $"after {wait}");
        }

        var delivery = (await Hooks.DeliveriesAsync(id)).ShouldHaveSingleItem();
        (delivery.Status, delivery.Attempts, delivery.SettledAt).ShouldBe((DeliveryStatus.Failed, 10, Hooks.Now));
        (await Hooks.AttemptsAsync(id)).Select(a => (a.Number, a.Status, a.Error)).ShouldBe(Enumerable.Range(1, 10).Select(n => (n, (int?)500, (string?)AttemptError.Not2xx)));
        Receiver.All.Select(r => r.Id).Distinct().ShouldHaveSingleItem("one id for all tries");
        Receiver.All.Select(r => r.Headers["webhook-timestamp"]).Distinct().Count().ShouldBe(10);
        foreach (var received in Receiver.All)
        {
            received.Headers["webhook-signature"].ShouldBe(WebhookSignature.Of(
                received.Id, long.Parse(received.Headers["webhook-timestamp"], CultureInfo.InvariantCulture), received.Body, [Convert.FromBase64String(secret["whsec_".Length..])]));
        }
    }

    [Theory]
    [InlineData(204, null)]
    [InlineData(299, null)]
    [InlineData(301, AttemptError.Redirect)]
    [InlineData(307, AttemptError.Redirect)]
    [InlineData(400, AttemptError.Not2xx)]
    [InlineData(503, AttemptError.Not2xx)]
    public async Task Only_2xx_is_a_success_and_a_redirect_is_not_followed(int status, string? error)
    {
        await using var other = await Receiver.StartAsync();
        Receiver.Answer = (_, http) =>
        {
            http.Response.StatusCode = status;
            if (error == AttemptError.Redirect) http.Response.Headers.Location = other.Url;
            return Task.CompletedTask;
        };
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();

        await Hooks.SendDueAsync();

        var attempt = (await Hooks.AttemptsAsync(id)).ShouldHaveSingleItem();
        (attempt.Status, attempt.Error).ShouldBe((status, error));
        (await Hooks.DeliveriesAsync(id))[0].Status.ShouldBe(error is null ? DeliveryStatus.Delivered : DeliveryStatus.Pending);
        other.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task After_410_nothing_is_sent_until_the_owner_enables_the_webhook()
    {
        Receiver.Status(410);
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        var first = await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        var second = await Hooks.AddReadyAsync();
        Hooks.Time.Advance(TimeSpan.FromDays(2));

        (await Hooks.SendDueAsync()).ShouldBe(0);
        var webhook = await Hooks.WebhookAsync(id);
        (webhook.Status, webhook.DisabledReason).ShouldBe((WebhookStatus.Disabled, DisabledReason.Gone));

        Receiver.Status(200);
        await EnableAsync(id);
        await Hooks.SendDueAsync();

        Receiver.All.Select(Subject).ShouldBe([first.Id, first.Id, second.Id]);
        (await Hooks.DeliveriesAsync(id)).ShouldAllBe(d => d.Status == DeliveryStatus.Delivered);
    }

    [Theory]
    [InlineData("3600", 3_600)]
    [InlineData("date", 7_200)]
    [InlineData("1000000", 86_400)]
    [InlineData("0", 5)]
    [InlineData("-5", 5)]
    [InlineData("soon", 5)]
    public async Task Retry_after_is_obeyed_up_to_a_day(string header, int seconds)
    {
        Receiver.Answer = (_, http) =>
        {
            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = header == "date" ? Hooks.Now.AddHours(2).ToString("R") : header;
            return Task.CompletedTask;
        };
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();

        (await Hooks.DeliveriesAsync(id))[0].NextAttemptAt.ShouldBe(Hooks.Now.AddSeconds(seconds));
    }

    [Fact]
    public async Task At_most_a_kibibyte_of_the_answer_is_kept_and_it_is_printable()
    {
        Receiver.Answer = async (_, http) =>
        {
            await http.Response.Body.WriteAsync(new byte[] { 0, 27, (byte)'!', 0xff });
            await http.Response.Body.WriteAsync(Enumerable.Repeat((byte)'x', 3_000_000).ToArray(), http.RequestAborted);
        };
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();

        await Hooks.SendDueAsync();

        (await Hooks.AttemptsAsync(id))[0].Answer.ShouldBe("??!?" + new string('x', 1_020));
    }

    [Fact]
    public async Task What_is_sent_of_a_deleted_asset_is_empty()
    {
        Receiver.Status(500);
        await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        var asset = await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        Receiver.All[0].Json["data"]!["filename"].ShouldNotBeNull();

        await Hooks.RunAsync<AssetStore>(store => store.ChangeAsync(asset.Id, a => a.Delete(Hooks.Now), default));
        Receiver.Status(200);
        Hooks.Time.Advance(TimeSpan.FromSeconds(5));
        await Hooks.SendDueAsync();

        Receiver.All[1].Id.ShouldBe(Receiver.All[0].Id);
        Receiver.All[1].Json["data"]!.ToJsonString().ShouldBe($$"""{"id":"{{asset.Id}}"}""");
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_sign_for_a_day()
    {
        var (id, old) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        var rotated = (await Hooks.RunAsync<ChangeWebhook, ChangeWebhookResult>(change => change.RotateAsync(id, Hooks.Ada, default))).ShouldBeOfType<ChangeWebhookResult.Rotated>();

        Hooks.Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        Receiver.All[0].Headers["webhook-signature"].ShouldBe($"{SignatureOf(Receiver.All[0], rotated.Secret)} {SignatureOf(Receiver.All[0], old)}");

        Hooks.Time.Advance(TimeSpan.FromSeconds(1));
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        Receiver.All[1].Headers["webhook-signature"].ShouldBe(SignatureOf(Receiver.All[1], rotated.Secret));
    }

    [Fact]
    public async Task After_two_rotations_within_a_day_each_secret_signs_for_its_day()
    {
        var (id, first) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        var second = await RotateAsync(id);
        Hooks.Time.Advance(TimeSpan.FromHours(1));
        var third = await RotateAsync(id);
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        Signatures(0).ShouldBe([SignatureOf(Receiver.All[0], third), SignatureOf(Receiver.All[0], second), SignatureOf(Receiver.All[0], first)]);

        Hooks.Time.Advance(TimeSpan.FromHours(23));
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        Signatures(1).ShouldBe([SignatureOf(Receiver.All[1], third), SignatureOf(Receiver.All[1], second)]);

        async Task<string> RotateAsync(Guid webhook) =>
            (await Hooks.RunAsync<ChangeWebhook, ChangeWebhookResult>(change => change.RotateAsync(webhook, Hooks.Ada, default))).ShouldBeOfType<ChangeWebhookResult.Rotated>().Secret;
        string[] Signatures(int request) => Receiver.All[request].Headers["webhook-signature"].ToString().Split(' ');
    }

    [Fact]
    public async Task A_delivery_whose_sender_died_is_sent_again_with_the_same_id_and_its_late_result_is_dropped()
    {
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();
        await Hooks.FeedAsync();
        var died = (await Hooks.ClaimAsync(id)).ShouldHaveSingleItem();

        (await Hooks.SendDueAsync()).ShouldBe(0, "another instance has it");
        Hooks.Time.Advance(TimeSpan.FromSeconds(60));
        (await Hooks.SendDueAsync()).ShouldBe(1);

        await Hooks.RunAsync<DeliveryRecorder>(recorder => recorder.RecordAsync(died, new AttemptResult { At = Hooks.Now, Error = AttemptError.Timeout }, default));
        (await Hooks.DeliveriesAsync(id))[0].Status.ShouldBe(DeliveryStatus.Delivered);
        (await Hooks.AttemptsAsync(id)).ShouldHaveSingleItem().Error.ShouldBeNull();
    }

    [Fact]
    public async Task Many_replays_keep_the_last_fifty_attempts()
    {
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        var delivery = (await Hooks.DeliveriesAsync(id))[0].Id;
        for (var i = 0; i < 52; i++)
        {
            await Hooks.RunAsync<ReplayDeliveries>(replay => replay.OneAsync(id, delivery, Hooks.Ada, default));
            (await Hooks.SendDueAsync()).ShouldBe(1);
        }

        (await Hooks.AttemptsAsync(id)).Select(a => a.Number).ShouldBe(Enumerable.Range(4, 50));
    }

    private protected abstract Hooks Make();

    private protected Task EnableAsync(Guid id) =>
        Hooks.RunAsync<ChangeWebhook>(change => change.RunAsync(id, new WebhookRequest(null, null, null, Enabled: true), Hooks.Ada, default));

    private protected static Guid Subject(Received received) => Guid.ParseExact(received.Id.Split('_')[1], "N");

    private static string SignatureOf(Received received, string secret) => WebhookSignature.Of(
        received.Id, long.Parse(received.Headers["webhook-timestamp"], CultureInfo.InvariantCulture), received.Body, [Convert.FromBase64String(secret["whsec_".Length..])]);
}
