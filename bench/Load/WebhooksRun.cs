using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Pipeline.TestKit;

namespace Pipeline.Bench.Load;

/// <param name="Events">Events in each round.</param>
/// <param name="Hanging">Webhooks that never answer.</param>
/// <param name="Alone">From an event to its arrival while no webhook hangs.</param>
/// <param name="Beside">The same beside those that hang.</param>
internal sealed record WebhookFigures(int Events, int Hanging, Times Alone, Times Beside);

/// <summary>How webhooks that never answer delay one that does, of the same user and of others.</summary>
internal static class WebhooksRun
{
    private const int HangingPerUser = 5;
    private const int Rounds = 3;

    // Between two events of a user.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task<WebhookFigures> MeasureAsync(int events)
    {
        await using var rig = await Rig.StartAsync(processors: 0);
        await using var receiver = await Receiver.StartAsync();
        await using var silent = await Receiver.StartAsync();
        silent.Answer = (_, http) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        var arrived = new ConcurrentDictionary<string, TimeSpan>(StringComparer.Ordinal);
        receiver.Answer = (request, _) =>
        {
            arrived.TryAdd(request.Id, TimeProvider.System.GetUtcNow() - request.Json["timestamp"]!.GetValue<DateTimeOffset>());
            return Task.CompletedTask;
        };

        using var alice = rig.NewUser();
        using var bob = rig.NewUser();
        await alice.AddWebhookAsync(receiver.Url);
        await RoundAsync([alice, bob], events / 4, arrived); // warms up

        var (alone, beside) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < Rounds; i++) alone.AddRange(await RoundAsync([alice, bob], events, arrived));
        foreach (var user in new[] { alice, bob })
            for (var i = 0; i < HangingPerUser; i++) await user.AddWebhookAsync(silent.Url);
        for (var i = 0; i < Rounds; i++) beside.AddRange(await RoundAsync([alice, bob], events, arrived));
        return new WebhookFigures(events * Rounds, HangingPerUser * 2, new Times(alone), new Times(beside));
    }

    /// <summary>Events of all users; the times are those of the first one's webhook.</summary>
    private static async Task<IEnumerable<TimeSpan>> RoundAsync(IReadOnlyList<LoadUser> users, int events, ConcurrentDictionary<string, TimeSpan> arrived)
    {
        arrived.Clear();
        for (var i = 0; i < events; i++)
        {
            // The deletion of an upload that never came is an event, and costs neither store nor worker.
            foreach (var user in users) await user.DeleteAsync(await user.PresignAsync());
            await Task.Delay(Pause);
        }

        await Eventually.True(() => arrived.Count >= events, "all events arrive");
        return [.. arrived.Values];
    }
}
