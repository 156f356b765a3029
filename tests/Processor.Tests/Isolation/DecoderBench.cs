using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Isolation.Kernel;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>A pool with real decoders, photos for it, and access to its processes from outside.</summary>
public sealed class DecoderBench : IAsyncDisposable
{
    private readonly TempFolder _work = new();
    private readonly Workspaces _workspaces;
    private readonly DecoderProcessPool _processes;
    private readonly DecoderImageEngine _pool;
    private int _renderings;

    internal DecoderBench(DecoderOptions? options = null, DecoderProgram? program = null, TimeProvider? time = null, ImageLimits? limits = null, CpuPressure? pressure = null)
    {
        _workspaces = new Workspaces(Options.Create(new WorkOptions { Folder = _work.Path }), NullLogger<Workspaces>.Instance);
        options ??= new DecoderOptions { Children = 2 };
        limits ??= new ImageLimits();
        options.Complete(limits);
        _processes = new DecoderProcessPool(program ?? DecoderProgram.Find(), _workspaces, Options.Create(limits), Options.Create(options),
            time ?? TimeProvider.System, NullLogger<DecoderProcessPool>.Instance);
        _pool = new DecoderImageEngine(_processes, Options.Create(limits), Options.Create(options), Options.Create(new ImagingOptions()),
            pressure ?? new CpuPressure(() => null), time ?? TimeProvider.System, NullLogger<DecoderImageEngine>.Instance);
    }

    public Photos Photos { get; } = new();

    public IImageEngine Engine => _pool;

    internal DecoderImageEngine Pool => _pool;

    internal DecoderProcessPool Crew => _processes;

    internal string WorkFolder => _work.Path;

    /// <summary>The running decoders, by the kernel: those whose folder is in this work folder.</summary>
    internal IReadOnlyList<int> Processes() => [.. Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
        .Where(pid => pid > 0 && FolderOf(pid)?.StartsWith(_work.Path, StringComparison.Ordinal) == true)];

    /// <summary>Waits until a new decoder has used so much CPU that it must be decoding an image, and returns its process.</summary>
    /// <param name="but">An earlier decoder to exclude.</param>
    internal async Task<int> AtWork(int but = 0)
    {
        // More than a start takes.
        const long ticks = 60;
        var busy = 0;
        await Eventually.True(() => (busy = Processes().FirstOrDefault(pid => pid != but && CpuTicks(pid) > ticks)) != 0, "a decoder works");
        return busy;
    }

    /// <summary>
    /// SIGSEGV until it ends: the runtime handles the first one as a null reference and repeats the instruction, which a real fault would
    /// not survive.
    /// </summary>
    internal Task Crash(int pid) => Eventually.True(
        () =>
        {
            Signal(pid, "SEGV");
            return !Processes().Contains(pid);
        }, "it crashes");

    public async Task<StepResult<Rendering>> Render(string path, Profile? profile = null, CancellationToken cancellationToken = default)
    {
        if (!(await _pool.OpenAsync(path, cancellationToken)).Passed(out var image, out var refused)) return refused;
        await using var opened = image;
        var folder = Directory.CreateDirectory(Photos.Path($"out-{Interlocked.Increment(ref _renderings)}")).FullName;
        return await image.RenderAsync(new RenderRequest(path, image.Facts, profile ?? new Profile(), folder), cancellationToken);
    }

    /// <summary>An image that takes a decoder several seconds, with <see cref="Slow"/>.</summary>
    internal string SlowPhoto() => Photos.Photo("slow.jpg", 4000, 3000);

    internal static Profile Slow { get; } = new() { Widths = [4000], WebpEffort = 6, WebpQuality = 100 };

    /// <summary>Sends a signal by its name, such as <c>KILL</c>.</summary>
    internal static void Signal(int pid, string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", pid.ToString()]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        await _processes.DisposeAsync();
        _workspaces.Dispose();
        Photos.Dispose();
        _work.Dispose();
    }

    private static string? FolderOf(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/cwd").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long CpuTicks(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[11]) + long.Parse(fields[12]);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
