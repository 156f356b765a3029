using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Assets.Events;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Webhooks;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Webhooks;

/// <summary>A webhook that only fails is paused visibly, is tried each hour, and gets all that it missed once it answers.</summary>
public abstract class WebhookPauseContract : WebhookDeliveryContract
{
    [Fact]
    public async Task After_five_days_of_failures_it_is_paused_and_the_owner_gets_one_event()
    {
        Receiver.Status(500);
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        var since = Hooks.Now;

        await FailForAsync(TimeSpan.FromDays(5) - TimeSpan.FromSeconds(1));
        var webhook = await Hooks.WebhookAsync(id);
        (webhook.Status, webhook.FailingSince).ShouldBe((WebhookStatus.Active, since));

        Hooks.Time.Advance(TimeSpan.FromSeconds(1));
        await Hooks.SendDueAsync();
        await Hooks.SendDueAsync();
        webhook = await Hooks.WebhookAsync(id);
        (webhook.Status, webhook.PausedAt, webhook.NextProbeAt).ShouldBe((WebhookStatus.Paused, Hooks.Now, Hooks.Now.AddHours(1)));
        var paused = (await EventsAsync(AssetEventKind.WebhookPaused)).ShouldHaveSingleItem();
        (paused.AssetId, paused.Sequence, paused.OwnerId).ShouldBe((id, 1, Some.Owner));
        var data = (await Hooks.RunAsync<EventDocuments, IReadOnlyList<EventDocument>>(documents => documents.OfAsync([paused], default)))[0].Data;
        data["status"]!.ToString().ShouldBe("paused");
        data["failingSince"].ShouldNotBeNull();
        data.ToJsonString().ShouldNotContain("secret", Case.Insensitive);
        data["url"]!.ToString().ShouldEndWith("/hook", customMessage: "the query may hold a key of the receiver");
    }

    [Fact]
    public async Task A_success_between_the_failures_begins_the_five_days_again()
    {
        Receiver.Status(500);
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();
        await FailForAsync(TimeSpan.FromDays(4));
        Receiver.Status(200);
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        (await Hooks.WebhookAsync(id)).FailingSince.ShouldBeNull();
        Receiver.Status(500);
        await Hooks.AddReadyAsync();
        await FailForAsync(TimeSpan.FromDays(4));

        (await Hooks.WebhookAsync(id)).Status.ShouldBe(WebhookStatus.Active);
    }

    [Fact]
    public async Task A_paused_webhook_gets_the_oldest_missed_event_each_hour_and_after_a_success_all_others_in_order()
    {
        Receiver.Status(500);
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        var missed = new List<Guid> { (await Hooks.AddReadyAsync()).Id };
        await FailForAsync(TimeSpan.FromDays(4));
        for (var i = 0; i < 3; i++) missed.Add((await Hooks.AddReadyAsync()).Id);
        await FailForAsync(TimeSpan.FromDays(1));
        (await Hooks.WebhookAsync(id)).Status.ShouldBe(WebhookStatus.Paused);
        for (var i = 0; i < 3; i++) missed.Add((await Hooks.AddReadyAsync()).Id);
        var before = Receiver.All.Count;

        for (var hour = 0; hour < 3; hour++)
        {
            Hooks.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
            (await Hooks.SendDueAsync()).ShouldBe(0);
            Hooks.Time.Advance(TimeSpan.FromSeconds(1));
            (await Hooks.SendDueAsync()).ShouldBe(1);
        }

        Receiver.All.Skip(before).Select(Subject).ShouldAllBe(subject => subject == missed[0]);
        before = Receiver.All.Count;
        Receiver.Status(200);
        Hooks.Time.Advance(TimeSpan.FromHours(1));
        (await Hooks.SendDueAsync()).ShouldBe(missed.Count);

        Receiver.All.Skip(before).Select(Subject).ShouldBe(missed);
        var webhook = await Hooks.WebhookAsync(id);
        (webhook.Status, webhook.FailingSince, webhook.PausedAt, webhook.NextProbeAt).ShouldBe((WebhookStatus.Active, null, null, null));
        (await Hooks.DeliveriesAsync(id)).ShouldAllBe(d => d.Status == DeliveryStatus.Delivered);
    }

    [Fact]
    public async Task The_owners_other_webhooks_get_the_event_of_the_pause_and_the_paused_one_does_not()
    {
        await using var other = await Receiver.StartAsync();
        Receiver.Status(500);
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url);
        await Hooks.AddWebhookAsync(other.Url, EventType.WebhookPaused);
        await Hooks.AddReadyAsync();
        await FailForAsync(TimeSpan.FromDays(5));
        await Hooks.SendDueAsync();

        other.All.ShouldHaveSingleItem().Json["data"]!["id"]!.ToString().ShouldBe(id.ToString());
        (await Hooks.DeliveriesAsync(id)).ShouldNotContain(d => d.Type == EventType.WebhookPaused);
    }

    [Fact]
    public async Task Each_pause_has_the_next_sequence()
    {
        Receiver.Status(500);
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        for (var pause = 1; pause <= 2; pause++)
        {
            await Hooks.AddReadyAsync();
            await FailForAsync(TimeSpan.FromDays(5));
            await EnableAsync(id);
        }

        (await EventsAsync(AssetEventKind.WebhookPaused)).Select(e => e.Sequence).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Enabling_a_paused_webhook_sends_what_it_missed_at_once()
    {
        Receiver.Status(500);
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();
        await FailForAsync(TimeSpan.FromDays(5));
        Receiver.Status(200);

        await EnableAsync(id);

        (await Hooks.SendDueAsync()).ShouldBe(1);
        (await Hooks.DeliveriesAsync(id))[0].Status.ShouldBe(DeliveryStatus.Delivered);
    }

    [Fact]
    public async Task A_webhook_that_the_owner_disables_gets_what_it_missed_once_it_is_enabled()
    {
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.RunAsync<ChangeWebhook>(change => change.RunAsync(id, new WebhookRequest(null, null, null, Enabled: false), Hooks.Ada, default));
        var first = await Hooks.AddReadyAsync();
        var second = await Hooks.AddReadyAsync();
        (await Hooks.SendDueAsync()).ShouldBe(0);

        await EnableAsync(id);
        await Hooks.SendDueAsync();

        Receiver.All.Select(Subject).ShouldBe([first.Id, second.Id]);
    }

    [Fact]
    public async Task Deliveries_are_dropped_with_their_events_and_those_of_a_deleted_webhook_at_once()
    {
        var (kept, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        var (deleted, _) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        Hooks.Time.Advance(TimeSpan.FromDays(29));
        await Hooks.AddReadyAsync();
        await Hooks.SendDueAsync();
        (await Hooks.RunAsync<ChangeWebhook, bool>(change => change.DeleteAsync(deleted, Hooks.Ada, default))).ShouldBeTrue();

        Hooks.Time.Advance(TimeSpan.FromDays(2));
        await Hooks.RunAsync<WebhookUpkeep>(upkeep => upkeep.RunAsync(default));

        (await Hooks.DeliveriesAsync(kept)).Count.ShouldBe(1);
        (await Hooks.AttemptsAsync(kept)).Count.ShouldBe(1);
        (await Hooks.DeliveriesAsync(deleted)).ShouldBeEmpty();
        (await Hooks.AttemptsAsync(deleted)).ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_change_of_the_key_secrets_are_encrypted_with_the_new_one()
    {
        var (id, secret) = await Hooks.AddWebhookAsync(Receiver.Url, EventType.Ready);
        var newer = new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), "the-next-secret-of-them-0123456789-0123456789", ApiHost.Secret));
        var alone = new WebhookSecrets(WebhookKeys.Of(new WebhookOptions(), "the-next-secret-of-them-0123456789-0123456789"));
        alone.TryDecrypt(id, (await Hooks.WebhookAsync(id)).Secret).ShouldBeNull();

        await Hooks.RunAsync<AssetDbContext>(db => new WebhookUpkeep(db, newer, Options.Create(new EventOptions()), Hooks.Time, NullLogger<WebhookUpkeep>.Instance).RunAsync(default));

        WebhookSecrets.Show(alone.TryDecrypt(id, (await Hooks.WebhookAsync(id)).Secret).ShouldNotBeNull()).ShouldBe(secret);
    }

    [Fact]
    public async Task A_range_is_sent_again_in_order_with_the_same_ids()
    {
        var (id, _) = await Hooks.AddWebhookAsync(Receiver.Url);
        for (var i = 0; i < 6; i++)
        {
            await Hooks.AddReadyAsync();
            Hooks.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await Hooks.SendDueAsync();
        var deliveries = (await Hooks.DeliveriesAsync(id)).Where(d => d.Type == EventType.Ready).ToList();
        var before = Receiver.All.Count;
        var range = new ReplayRange(deliveries[1].EventAt, deliveries[4].EventAt, DeliveryStatus.Delivered, [EventType.Ready]);
        var replayed = await Hooks.RunAsync<ReplayDeliveries, ReplayedRange?>(replay => replay.RangeAsync(id, range, Hooks.Ada, default));
        await Hooks.SendDueAsync();

        replayed.ShouldBe(new ReplayedRange(3, null));
        Receiver.All.Skip(before).Select(r => r.Id).ShouldBe(deliveries[1..4].Select(d => d.Id));
    }

    // Stops wherever the schedule of the first delivery has a try, and then at the end.
    private async Task FailForAsync(TimeSpan time)
    {
        var (end, schedule) = (Hooks.Now + time, new DeliverySchedule(() => 0.5));
        await Hooks.SendDueAsync();
        for (var tries = 1; schedule.After(tries, retryAfter: null) is { } wait && Hooks.Now + wait < end; tries++)
        {
            Hooks.Time.Advance(wait);
            await Hooks.SendDueAsync();
        }

        Hooks.Time.Advance(end - Hooks.Now);
        await Hooks.SendDueAsync();
    }

    private Task<List<AssetEvent>> EventsAsync(AssetEventKind kind) =>
        Hooks.RunAsync<AssetDbContext, List<AssetEvent>>(db => db.Events.AsNoTracking().Where(e => e.Kind == kind).OrderBy(e => e.Sequence).ToListAsync());
}

public sealed class SqliteWebhookTests : WebhookPauseContract
{
    private readonly Backroom _room = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _room.Dispose();
    }

    private protected override Hooks Make() => new(() => _room.Open(), _room.Areas());
}
