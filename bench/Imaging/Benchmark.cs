using Pipeline.Bench.Imaging.Breakdown;
using Pipeline.Bench.Imaging.Quality;
using Pipeline.Bench.Imaging.Speed;

namespace Pipeline.Bench.Imaging;

/// <summary>Runs all parts in order.</summary>
internal static class Benchmark
{
    // The other peers make the same pixels as one of these, or none.
    private static readonly Peer[] StepResult = [Peer.Ours, Peer.Fast, Peer.SharpEach, Peer.SharpBest];

    /// <summary>Only the time of each part of the engine.</summary>
    public static async Task RunStagesAsync(IReadOnlyList<Photo> photos, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;
        try
        {
            var stages = new List<(string Photo, IReadOnlyList<Stage> Stages)>();
            foreach (var photo in photos)
            {
                using var breakdown = new BreakdownRun(photo, rounds, Path.Combine(folder, "breakdown"));
                stages.Add((photo.Name, await breakdown.MeasureAsync()));
            }

            Report.PrintStages(stages);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static async Task RunAsync(IReadOnlyList<Photo> photos, int rounds, int warmUp, string sharp, bool json)
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;
        var peers = new List<PeerProcess>();
        try
        {
            foreach (var peer in Peer.All) peers.Add(await PeerProcess.StartAsync(peer, folder, sharp));
            var speed = new SpeedRun(peers, rounds, warmUp);
            var alone = new List<(IReadOnlyDictionary<Peer, IReadOnlyList<OwnerTurn>> OwnerRoundRobin, IReadOnlyList<Score> Scores)>();
            foreach (var photo in photos)
            {
                await Console.Error.WriteLineAsync($"{photo.Name}, {rounds} rounds…");
                var turns = await speed.AloneAsync(photo);
                alone.Add((turns, QualityRun.Of(photo, StepResult.ToDictionary(peer => peer, peer => peers.First(process => process.Peer == peer).Folder(0)))));
            }

            // After all single-image measurements, since several images at once leave memory and threads behind in a process.
            var results = new List<PhotoResult>();
            foreach (var (photo, (turns, scores)) in photos.Zip(alone))
            {
                await Console.Error.WriteLineAsync($"{photo.Name}, all cores busy…");
                var pairs = await speed.BusyAsync(photo);
                using var breakdown = new BreakdownRun(photo, rounds, Path.Combine(folder, "breakdown"));
                var stages = await breakdown.MeasureAsync();
                results.Add(new PhotoResult(new PhotoSpeed(photo, turns.ToDictionary(entry => entry.Key, entry => new PeerSpeed(entry.Value, pairs[entry.Key]))), scores, stages));
            }

            new Report(peers, results, rounds).Print(json);
        }
        finally
        {
            foreach (var peer in peers) await peer.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>All results for one photo.</summary>
internal sealed record PhotoResult(PhotoSpeed Speed, IReadOnlyList<Score> Scores, IReadOnlyList<Stage> Stages);
