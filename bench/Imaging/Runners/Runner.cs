using System.Collections.Concurrent;
using System.Text.Json;

namespace Pipeline.Bench.Imaging.Runners;

/// <summary>A request to a runner, one line.</summary>
/// <param name="Photo">The file.</param>
/// <param name="Folders">One for each image to make.</param>
/// <param name="InFlight">How many of them to process at once.</param>
/// <param name="Widths">The widths to make.</param>
internal sealed record RunnerJob(string Photo, IReadOnlyList<string> Folders, int InFlight, IReadOnlyList<int> Widths);

/// <summary>A reply of a runner, one line.</summary>
internal sealed record RunnerAnswer(string? Error = null);

/// <summary>The work on one image.</summary>
internal interface IWork : IAsyncDisposable
{
    string Version { get; }

    Task DoAsync(string photo, string folder, IReadOnlyList<int> widths);
}

/// <summary>Executes the requests from standard input, until it ends.</summary>
internal static class Runner
{
    public static async Task<int> RunAsync(string name)
    {
        await using var work = await CreateAsync(name);
        await Console.Out.WriteLineAsync($"ready {work.Version}");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var answer = await DoAsync(work, JsonSerializer.Deserialize<RunnerJob>(line, JsonSerializerOptions.Web)!);
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(answer, JsonSerializerOptions.Web));
        }

        return 0;
    }

    private static async Task<IWork> CreateAsync(string name) =>
        name == Peer.Ours.Name ? await EngineWork.HostedAsync(EngineWork.Usual)
        : name == Peer.Fast.Name ? await EngineWork.HostedAsync(EngineWork.Quick)
        : name == Peer.InProcess.Name ? EngineWork.Bare(EngineWork.Usual)
        : name == Peer.Floor.Name ? new FloorWork()
        : throw new BenchException($"There is no peer {name}.");

    private static async Task<RunnerAnswer> DoAsync(IWork work, RunnerJob job)
    {
        var folders = new ConcurrentQueue<string>(job.Folders);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, job.InFlight).Select(_ => Task.Run(async () =>
            {
                while (folders.TryDequeue(out var folder)) await work.DoAsync(job.Photo, folder, job.Widths);
            })));
            return new RunnerAnswer();
        }
        catch (Exception e) when (e is BenchException or IOException or InvalidOperationException)
        {
            return new RunnerAnswer(e.Message);
        }
    }
}
