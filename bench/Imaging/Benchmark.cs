using Pipeline.Bench.Imaging.Breakdown;
using Pipeline.Bench.Imaging.Quality;
using Pipeline.Bench.Imaging.Speed;

namespace Pipeline.Bench.Imaging;

/// <summary>All of it, in order.</summary>
internal static class Benchmark
{
    // The others make the same pixels as one of these, or none.
    private static readonly Peer[] Judged = [Peer.Ours, Peer.Fast, Peer.SharpEach, Peer.SharpBest];

    public static async Task RunAsync(IReadOnlyList<Photo> photos, int rounds, string sharp, bool json)
    {
        var folder = Directory.CreateTempSubdirectory("pipeline-bench-").FullName;
        var peers = new List<PeerProcess>();
        try
        {
            foreach (var peer in Peer.All) peers.Add(await PeerProcess.StartAsync(peer, folder, sharp));
            var speed = new SpeedRun(peers, rounds);
            var results = new List<PhotoResult>();
            foreach (var photo in photos)
            {
                await Console.Error.WriteLineAsync($"{photo.Name}: {rounds} rounds…");
                var speeds = await speed.MeasureAsync(photo);
                var scores = QualityRun.Of(photo, Judged.ToDictionary(peer => peer, peer => peers.First(process => process.Peer == peer).Folder(0)));
                using var breakdown = new BreakdownRun(photo, rounds, Path.Combine(folder, "breakdown"));
                results.Add(new PhotoResult(speeds, scores, await breakdown.MeasureAsync()));
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

/// <summary>All that is known about one photo.</summary>
internal sealed record PhotoResult(PhotoSpeed Speed, IReadOnlyList<Score> Scores, IReadOnlyList<Stage> Stages);
