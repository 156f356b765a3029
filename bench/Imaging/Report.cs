using System.Globalization;
using System.Text.Json;
using Pipeline.Bench.Imaging.Breakdown;
using Pipeline.Bench.Imaging.Quality;
using Pipeline.Bench.Imaging.Speed;
using Spectre.Console;

namespace Pipeline.Bench.Imaging;

/// <summary>The tables, and the ratios as one JSON object for comparisons between runs.</summary>
internal sealed class Report(IReadOnlyList<PeerProcess> peers, IReadOnlyList<PhotoResult> results, int rounds)
{
    private static readonly Peer[] Compared = [Peer.SharpEach, Peer.SharpBest];

    private readonly List<PhotoSpeed> _speeds = [.. results.Select(result => result.Speed)];

    private IReadOnlyList<IGrouping<PhotoKind, PhotoResult>> Kinds => [.. results.GroupBy(result => result.Speed.Photo.Kind)];

    private double Throughput => Math.Exp(_speeds.Average(speed => Math.Log(speed.Peers[Peer.Ours].Throughput)));

    public void Print(bool json)
    {
        AnsiConsole.Profile.Width = 130;
        foreach (var peer in peers) AnsiConsole.MarkupLineInterpolated($"{peer.Peer.Name}: {peer.Peer.What}; {peer.Version}");
        AnsiConsole.MarkupLineInterpolated($"{rounds} rounds, {Environment.ProcessorCount} cores; medians ± half the distance of the quartiles");
        foreach (var speed in _speeds) Write(speed.Photo.Name, Speeds(speed));
        foreach (var kind in Kinds)
            Write($"photos {kind.Key.What} ({kind.Count()}), geometric means; below 1 is good for ours", Overall(kind.Key, [.. kind.Select(result => result.Speed)]));
        foreach (var few in PhotoKind.All.Where(kind => kind.CpuAim is not null && _speeds.Count(speed => speed.Photo.Kind == kind) < PhotoKind.Enough))
            AnsiConsole.MarkupLineInterpolated($"Fewer than {PhotoKind.Enough} photos {few.What}: their means say little.");
        AnsiConsole.MarkupLineInterpolated($"throughput of ours, {Environment.ProcessorCount} in work ÷ 1 = {Throughput:0.00} (aim: at least 1.9 on 2 cores)");
        foreach (var kind in Kinds)
            foreach (var other in Compared)
                Write($"ours beside {other.Name}, photos {kind.Key.What}; aims for each variant: bytes within 3 %, SSIM at least −0.002", Qualities(other, [.. kind]));
        PrintStages([.. results.Select(result => (result.Speed.Photo.Name, result.Stages))]);
        if (json) Console.WriteLine(JsonSerializer.Serialize(Json(), JsonSerializerOptions.Web));
    }

    /// <summary>The time of each part of the engine.</summary>
    public static void PrintStages(IReadOnlyList<(string Photo, IReadOnlyList<Stage> Stages)> photos) =>
        Write("where the time goes: CPU ms in one process, ours / bare codecs", Stages(photos));

    private static void Write(string title, Table table)
    {
        AnsiConsole.MarkupLineInterpolated($"{Environment.NewLine}{title}");
        AnsiConsole.Write(table);
    }

    // Values that round to zero get no sign.
    private static string Signed(double difference, int digits) =>
        (Math.Round(difference, digits) + 0.0).ToString($"+0.{new string('0', digits)};-0.{new string('0', digits)};0.{new string('0', digits)}", CultureInfo.InvariantCulture);

    private static Table Speeds(PhotoSpeed speed)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("for each image", "CPU ms", "ms alone", "ms, all cores busy", "peak MB", "ours ÷ it: CPU", "MB");
        foreach (var (peer, figures) in speed.Peers)
        {
            var ratios = Ratios.Of(Peer.Ours, peer, [speed]);
            table.AddRow(peer.Name, $"{figures.Cpu}", $"{figures.Latency}", $"{figures.Wall}", $"{figures.Memory:0}", $"{ratios.Cpu:0.00}", $"{ratios.Memory:0.00}");
        }

        return table;
    }

    private static Table Overall(PhotoKind kind, IReadOnlyList<PhotoSpeed> speeds)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("ratio", "CPU", "aim", "wall, all cores busy", "wall alone", "peak memory", "aim");
        void Row(Peer one, Peer other, string cpuAim, string memoryAim)
        {
            var ratios = Ratios.Of(one, other, speeds);
            table.AddRow($"{one.Name} ÷ {other.Name}", $"{ratios.Cpu:0.000}", cpuAim, $"{ratios.Wall:0.000}", $"{ratios.Latency:0.000}", $"{ratios.Memory:0.000}", memoryAim);
        }

        Row(Peer.Ours, Peer.SharpEach, kind.CpuAim is { } aim ? FormattableString.Invariant($"≤ {aim}") : "", "≤ 0.35");
        Row(Peer.Ours, Peer.SharpClone, "", "");
        Row(Peer.Ours, Peer.SharpBest, kind.CpuAim is null ? "" : "≤ 0.75", "");
        Row(Peer.Ours, Peer.Floor, "", "");
        Row(Peer.Ours, Peer.InProcess, "", "");
        Row(Peer.Fast, Peer.SharpEach, kind.CpuAim is null ? "" : "≤ 0.33", "");
        return table;
    }

    private static Table Qualities(Peer other, IReadOnlyList<PhotoResult> photos)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns("variant", "bytes ÷", "SSIM −", "worst SSIM −", "PSNR − dB");
        var scores = photos.Select(result => result.Scores).ToList();
        void Row(string name, Peer one, Func<Score, bool> which)
        {
            var difference = Differences.Of(one, other, scores, which);
            table.AddRow(name, $"{difference.Bytes:0.000}", Signed(difference.Ssim, 4), Signed(difference.WorstSsim, 4), Signed(difference.Psnr, 2));
        }

        foreach (var variant in scores.SelectMany(s => s).Select(s => (s.Format, s.Width)).Distinct().Order())
            Row($"{variant.Format} {variant.Width}", Peer.Ours, score => (score.Format, score.Width) == variant);
        Row("all", Peer.Ours, _ => true);
        Row("all of fast", Peer.Fast, _ => true);
        return table;
    }

    private static Table Stages(IReadOnlyList<(string Photo, IReadOnlyList<Stage> Stages)> photos)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("part");
        foreach (var (photo, _) in photos) table.AddColumn(Markup.Escape(photo));
        foreach (var name in photos.SelectMany(photo => photo.Stages).Select(stage => stage.Name).Distinct())
            table.AddRow([name, .. photos.Select(photo => photo.Stages.FirstOrDefault(stage => stage.Name == name) is { } s ? $"{s.Ours:0.0} / {s.Floor:0.0}" : "")]);
        table.AddRow(["sum", .. photos.Select(photo => $"{photo.Stages.Sum(s => s.Ours):0.0} / {photo.Stages.Sum(s => s.Floor):0.0}")]);
        return table;
    }

    private object Json() => new
    {
        kinds = Kinds.ToDictionary(kind => kind.Key.Name, kind => Json([.. kind])),
        throughput = Throughput,
        noise = peers.ToDictionary(peer => peer.Peer.Name, peer => _speeds.Max(speed => speed.Peers[peer.Peer].Cpu.Spread)),
    };

    private static object Json(IReadOnlyList<PhotoResult> photos)
    {
        List<PhotoSpeed> speeds = [.. photos.Select(photo => photo.Speed)];
        return new
        {
            photos = photos.Count,
            peers = Peer.Others.ToDictionary(peer => peer.Name, peer => Ratios.Of(Peer.Ours, peer, speeds)),
            isolation = Ratios.Of(Peer.Ours, Peer.InProcess, speeds),
            fast = Ratios.Of(Peer.Fast, Peer.SharpEach, speeds),
            quality = Compared.ToDictionary(peer => peer.Name, peer => Differences.Of(Peer.Ours, peer, photos.Select(photo => photo.Scores), _ => true)),
        };
    }
}
