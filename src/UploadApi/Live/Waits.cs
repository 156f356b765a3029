using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.Assets.Streams;
using Pipeline.UploadApi.Http;

namespace Pipeline.UploadApi.Live;

/// <summary>
/// <c>Prefer: wait=N</c> (RFC 7240): a request waits until something is done, at most N seconds, and answers with what there is then. It waits
/// for events and does not poll.
/// </summary>
internal sealed class Waits(Subscribers subscribers, UserSlots slots, IOptions<EventOptions> options, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>Longest wait. Proxies end a request that is silent for longer.</summary>
    public const int MostSeconds = 60;

    private const string Applied = "Preference-Applied";

    /// <summary>The seconds that a request prefers to wait; null if it does not, or if the header cannot be read.</summary>
    public static int? SecondsOf(StringValues prefer)
    {
        foreach (var preference in prefer.SelectMany(line => (line ?? "").Split(',')))
        {
            if (preference.Split(';')[0].Split('=') is not [var name, var value] || !name.Trim().Equals("wait", StringComparison.OrdinalIgnoreCase)) continue;
            var digits = value.Trim().Trim('"');
            return digits.Length is > 0 and < 10 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
                ? Math.Min(seconds, MostSeconds)
                : null;
        }

        return null;
    }

    /// <summary>Waits until the asset is final without work in flight, or the batch is completed.</summary>
    /// <returns>Whether it waited, or need not wait.</returns>
    public Task<bool> UntilFinalAsync(HttpContext http, StreamScope scope)
    {
        var caller = http.User.ToCaller();
        return SecondsOf(http.Request.Headers["Prefer"]) is null ? Task.FromResult(false) : UntilAsync(http, caller, scope, async cancellationToken =>
        {
            await using var services = scopes.CreateAsyncScope();
            return await services.ServiceProvider.GetRequiredService<StreamReads>().IsFinalAsync(caller, scope, cancellationToken) is not false;
        });
    }

    /// <summary>Asks once whether something is done; if the request prefers to wait, again after each event of the scope.</summary>
    /// <param name="http">The request. Its response says whether it waited.</param>
    /// <param name="caller">The owner of the events.</param>
    /// <param name="scope">The events after which it may be done.</param>
    /// <param name="isDone">Asks.</param>
    /// <returns>Whether it waited, or need not wait.</returns>
    public async Task<bool> UntilAsync(HttpContext http, Caller caller, StreamScope scope, Func<CancellationToken, Task<bool>> isDone)
    {
        var left = http.RequestAborted;
        if (SecondsOf(http.Request.Headers["Prefer"]) is not { } seconds || slots.TryTake(caller, options.Value.StreamsPerUser) is not { } slot)
        {
            await isDone(left);
            return false;
        }

        using (slot)
        {
            http.Response.Headers[Applied] = string.Create(CultureInfo.InvariantCulture, $"wait={seconds}");
            using var subscription = await subscribers.AddAsync(caller, scope, DateTimeOffset.MaxValue, left);
            if (await isDone(left)) return true;
            using var longest = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), time);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(left, longest.Token);
            try
            {
                await foreach (var frame in subscription.Frames.ReadAllAsync(ends.Token))
                    if (frame.Subject != Guid.Empty && await isDone(left)) return true;
            }
            catch (OperationCanceledException) when (longest.IsCancellationRequested && !left.IsCancellationRequested)
            {
                // The request answers with what there is.
            }

            return true;
        }
    }
}
