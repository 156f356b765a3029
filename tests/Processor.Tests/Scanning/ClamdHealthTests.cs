using System.Text;
using Microsoft.Extensions.Options;
using Pipeline.Processor.Scanning;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Scanning;

public sealed class ClamdHealthTests
{
    /// <summary>The check ran every ten seconds regardless of its duration, so a slow clamd had to scan two or three streams of the largest size at once.</summary>
    [Fact]
    public async Task A_slow_clamd_is_not_asked_again_before_it_has_answered()
    {
        var time = new ManualTime();
        var (streams, let) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var clamd = new ScriptedClamd(async (socket, token) =>
        {
            await ScriptedClamd.TakeAllAsync(socket, token);
            var count = Interlocked.Increment(ref streams);
            await let.Task.WaitAsync(token);
            var reply = count switch { 1 => "stream: Eicar FOUND", 2 => "stream: Heuristics.Limits.Exceeded.MaxRecursion FOUND", _ => "stream: OK" };
            await socket.SendAsync(Encoding.ASCII.GetBytes(reply + "\0"), token);
        });
        var set = clamd.Options;
        set.ScanTimeout = TimeSpan.FromHours(1);
        var options = Options.Create(set);
        var health = new ClamdHealth(new ScannerProbe(options, time), options, time);

        var asked = new List<Task<string?>> { health.WhatIsWrongAsync(default) };
        await Eventually.True(() => Volatile.Read(ref streams) == 1, "clamd has its first stream");
        for (var i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(11));
            asked.Add(health.WhatIsWrongAsync(default));
        }

        let.SetResult();
        (await Task.WhenAll(asked)).Distinct().Count().ShouldBe(1);
        Volatile.Read(ref streams).ShouldBe(4, "those of one question");
    }
}
