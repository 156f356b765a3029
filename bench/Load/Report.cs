using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Pipeline.Bench.Load;

/// <summary>The measurements, as tables and as one JSON object for comparisons between runs.</summary>
internal sealed class Report
{
    private const int MostQuestions = 15;
    private readonly Dictionary<string, object> _json = new(StringComparer.Ordinal);

    public Report() => AnsiConsole.Profile.Width = 120;

    public void Add(int rows, IReadOnlyList<TableFigure> table)
    {
        var lines = Lines("question of the API", $"{TableRun.SmallRows:N0} rows", $"{rows:N0} rows", "ratio");
        foreach (var q in table.OrderByDescending(q => q.Ratio).Take(MostQuestions)) lines.AddRow(q.By, $"{q.Small:0.00} ms", $"{q.Large:0.00} ms", q.Fault is null ? $"{q.Ratio:0.00}" : $"{q.Ratio:0.00}, {q.Fault}");
        AnsiConsole.Write(lines);
        Say($"of {table.Count} questions those with the largest ratios; half are below {table.Select(q => q.Ratio).Order().ElementAt(table.Count / 2):0.00}");
        Say($"largest ratio: {table.Max(q => q.Ratio):0.00} (aim: below 2); plans that grow with the table: {table.Count(q => q.Fault is not null)}");
        _json["table"] = new { rows, questions = table.Select(q => new { q.By, q.Small, q.Large, q.Ratio, q.Fault }) };
    }

    public void Add(IReadOnlyList<TrafficFigures> traffic)
    {
        var lines = Lines("processors", "clients", "uploads/s", "ready/s", "presign p50", "p99", "confirm p50", "p99");
        foreach (var run in traffic)
            foreach (var s in run.Steps)
                lines.AddRow($"{run.Processors}", $"{s.Clients}", $"{s.Uploads:0.0}", $"{s.Ready:0.0}", Ms(s.Presign.P50), Ms(s.Presign.P99), Ms(s.Confirm.P50), Ms(s.Confirm.P99));
        AnsiConsole.Write(lines);
        foreach (var run in traffic)
            Say($"{run.Processors} processors: {run.Sustained:0.0} assets/s while uploads come, {run.Drain:0.0} once they have ended; API {run.ApiCpu:0.000} CPU-seconds an upload");
        _json["traffic"] = traffic.Select(run => new
        {
            run.Processors,
            run.Sustained,
            run.Drain,
            run.ApiCpu,
            steps = run.Steps.Select(s => new { s.Clients, s.Uploads, s.Ready, presignP50 = s.Presign.P50, presignP99 = s.Presign.P99, confirmP50 = s.Confirm.P50, confirmP99 = s.Confirm.P99 }),
        });
    }

    public void Add(QueueFigures q)
    {
        var lines = Lines($"{q.Queue:N0} reprocessings", "p50", "p99");
        lines.AddRow("confirm, queue empty", Ms(q.IdleConfirm.P50), Ms(q.IdleConfirm.P99));
        lines.AddRow("confirm, queue full", Ms(q.QueuedConfirm.P50), Ms(q.QueuedConfirm.P99));
        lines.AddRow("confirm → ready, idle workers", Ms(q.IdleWait.P50), Ms(q.IdleWait.P99));
        lines.AddRow("confirm → ready, during the reprocess", Ms(q.BusyWait.P50), Ms(q.BusyWait.P99));
        AnsiConsole.Write(lines);
        Say($"a person's upload during the reprocess ÷ idle = {q.BusyWait.P50 / q.IdleWait.P50:0.00} (aim: at most 2); {q.Left:N0} were still to do");
        Say($"reprocessings a second: {q.Asked:0} asked for one by one, {q.Dispatched:0} given to the bus");
        _json["queue"] = new
        {
            q.Queue,
            q.Asked,
            q.Dispatched,
            idleConfirmP50 = q.IdleConfirm.P50,
            idleConfirmP99 = q.IdleConfirm.P99,
            queuedConfirmP50 = q.QueuedConfirm.P50,
            queuedConfirmP99 = q.QueuedConfirm.P99,
            idleWait = q.IdleWait.P50,
            busyWait = q.BusyWait.P50,
            ratio = q.BusyWait.P50 / q.IdleWait.P50,
            q.Left,
        };
    }

    public void Add(IReadOnlyList<FairFigures> fair)
    {
        var lines = Lines("a good photo of 12 MP, confirm → ready", "alone, p50", "worst", "beside a flood, p50", "worst", "worst ÷ alone (aim: at most 3)", "files of the flood");
        foreach (var run in fair)
            lines.AddRow(run.Server, Ms(run.Idle.P50), Ms(run.Idle.Worst), Ms(run.Loaded.P50), Ms(run.Loaded.Worst), $"{run.Loaded.Worst / run.Idle.P50:0.00} (p50: {run.Loaded.P50 / run.Idle.P50:0.00})", string.Join(", ", run.Ends.Select(end => $"{end.Value} {end.Key}")));
        AnsiConsole.Write(lines);
        _json["fair"] = fair.Select(run => new { run.Server, photos = run.Loaded.Count, idleP50 = run.Idle.P50, loadedP50 = run.Loaded.P50, loadedWorst = run.Loaded.Worst, run.Ends });
    }

    public void Add(WebhookFigures w)
    {
        var lines = Lines($"{w.Alone.Count:N0} events, {w.Hanging} webhooks that never answer", "p50", "p95", "worst", "p95 ÷ alone (aim: at most 2)");
        lines.AddRow("event → arrival, none hangs", Ms(w.Alone.P50), Ms(w.Alone.P95), Ms(w.Alone.Worst), "");
        lines.AddRow("beside those that hang", Ms(w.Beside.P50), Ms(w.Beside.P95), Ms(w.Beside.Worst), $"{w.Beside.P95 / w.Alone.P95:0.00}");
        AnsiConsole.Write(lines);
        _json["webhooks"] = w;
    }

    public void Add(TelemetryFigures t)
    {
        var lines = Lines($"{t.Plain.Count:N0} confirms of each API", "p50", "p99", "p99 ÷ without (aim: at most 1.1)");
        lines.AddRow("nothing is reported", Ms(t.Plain.P50), Ms(t.Plain.P99), "");
        lines.AddRow("collector and error tracker hang", Ms(t.Hanging.P50), Ms(t.Hanging.P99), $"{t.Hanging.P99 / t.Plain.P99:0.00}");
        AnsiConsole.Write(lines);
        _json["telemetry"] = new { confirms = t.Plain.Count, plainP50 = t.Plain.P50, plainP99 = t.Plain.P99, hangingP50 = t.Hanging.P50, hangingP99 = t.Hanging.P99 };
    }

    public void Add(RoadFigures r)
    {
        string[] steps = [.. r.Photos.SelectMany(p => p.Steps.Keys).Distinct(StringComparer.Ordinal)];
        var lines = Lines([$"{r.Photos[0].Wait.Count} photos of each size, one by one", "confirm → ready, mean", "p50", "p99", .. steps, "mean ÷ scan + engine (aim: at most 1.3)"]);
        foreach (var p in r.Photos)
            lines.AddRow([p.Size, Ms(p.Wait.Mean), Ms(p.Wait.P50), Ms(p.Wait.P99), .. steps.Select(step => Ms(p.Steps.GetValueOrDefault(step))), $"{p.Wait.Mean / p.ScanAndEngine:0.00}"]);
        AnsiConsole.Write(lines);
        var door = Lines([$"{r.Door.Clients} clients: {r.Door.Uploads:0.0} uploads/s", .. r.Door.Waits.Keys, .. r.Door.Cpu.Keys.Select(part => $"CPU of {part}")]);
        var (waits, cpu) = (r.Door.Waits.Values.Sum(), r.Door.Cpu.Values.Sum());
        door.AddRow(["an upload", .. r.Door.Waits.Values.Select(Ms), .. r.Door.Cpu.Values.Select(Ms)]);
        door.AddRow(["share", .. r.Door.Waits.Values.Select(wait => $"{100 * wait / waits:0} %"), .. r.Door.Cpu.Values.Select(part => $"{100 * part / cpu:0} %")]);
        AnsiConsole.Write(door);
        _json["road"] = new { photos = r.Photos.Select(p => new { p.Size, count = p.Wait.Count, mean = p.Wait.Mean, p50 = p.Wait.P50, p99 = p.Wait.P99, p.Steps, p.ScanAndEngine }), r.Door };
    }

    public void Add(StreamFigures s)
    {
        var lines = Lines($"{s.Streams:N0} streams, opened in {s.Seconds:0.0} s", "before", "after", "after ÷ before", "aim");
        lines.AddRow("memory of the API, after a fifth of the time and at the end", Mb(s.EarlyMemory), Mb(s.LateMemory), $"{(double)s.LateMemory / s.EarlyMemory:0.00}", "at most 1.1");
        lines.AddRow("connections to the database, without streams and with them", $"{s.ConnectionsBefore}", $"{s.ConnectionsAfter}", $"{s.ConnectionsAfter / (double)s.ConnectionsBefore:0.00}", "at most 1");
        lines.AddRow("confirms/s, without streams and with them", $"{s.ConfirmsBefore:0.0}", $"{s.ConfirmsAfter:0.0}", $"{s.ConfirmsAfter / s.ConfirmsBefore:0.00}", "at least 0.9");
        AnsiConsole.Write(lines);
        Say($"{s.Messages:N0} messages reached the streams");
        _json["streams"] = s;
    }

    public void Add(TimeSpan time, IReadOnlyList<SoakFigures> soak)
    {
        var lines = Lines($"{time.TotalMinutes:0.#} minutes", "memory, middle third", "last third", "slope", "handles, middle", "last", "slope", "CPU-s an asset, first third", "last", "");
        foreach (var p in soak)
            lines.AddRow(
                p.Process, Mb(p.Memory.Middle), Mb(p.Memory.Last), $"{Mb(p.MemorySlope)}/h", $"{p.Handles.Middle:0}", $"{p.Handles.Last:0}", $"{p.HandleSlope:0}/h", $"{p.Cpu.First:0.000}", $"{p.Cpu.Last:0.000}", p.IsFlat ? "flat" : "grows");
        AnsiConsole.Write(lines);
        Say($"{soak[0].Samples[^1].Assets:N0} assets, each made twice");
        _json["soak"] = soak.Select(p => new
        {
            p.Process,
            p.IsFlat,
            memoryMiddle = p.Memory.Middle,
            memoryLast = p.Memory.Last,
            p.MemorySlope,
            handlesMiddle = p.Handles.Middle,
            handlesLast = p.Handles.Last,
            p.HandleSlope,
            cpuFirst = p.Cpu.First,
            cpuLast = p.Cpu.Last,
        });
    }

    public void PrintJson() => Console.WriteLine(JsonSerializer.Serialize(_json, JsonSerializerOptions.Web));

    private static Table Lines(params string[] columns) => new Table().Border(TableBorder.Simple).AddColumns(columns);

    private static void Say(FormattableString line) => AnsiConsole.MarkupLineInterpolated(line);

    private static string Ms(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms");

    private static string Mb(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000:0.0} MB");
}
