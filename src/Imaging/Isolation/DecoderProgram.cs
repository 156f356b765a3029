using System.Diagnostics;
using System.Runtime.InteropServices;
using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>How to start a decoder process.</summary>
/// <param name="File">The program.</param>
/// <param name="Arguments">Arguments of the program.</param>
/// <param name="Readable">Files and folders that it needs besides the system's libraries.</param>
internal sealed record DecoderProgram(string File, IReadOnlyList<string> Arguments, IReadOnlyList<string> Readable)
{
    private const string LibraryPath = "LD_LIBRARY_PATH";
    private const int Mebibyte = 1024 * 1024;

    private static readonly string Runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    // A self-contained program has its runtime beside itself; then a decoder must not read the folder three levels up.
    private static readonly string[] RuntimeFolders = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..")) == Path.Combine(Runtime, "shared")
        ? [Path.Combine(Runtime, "host"), Path.Combine(Runtime, "shared")]
        : [];

    private static readonly string Assembly = typeof(DecoderProgram).Assembly.Location;

    // A container image has no executable for this assembly, only the runtime's dotnet.
    private static readonly string[] Worker = Path.ChangeExtension(Assembly, null) is var program && System.IO.File.Exists(program)
        ? [program]
        : [Path.Combine(Runtime, "dotnet"), "exec", Assembly];

    /// <summary>Finds the decoder program: this assembly, whatever program has loaded it.</summary>
    public static DecoderProgram Find() =>
        new(Worker[0], [.. Worker[1..], DecoderLoop.Verb], [.. RuntimeFolders, .. DecoderFiles.Program(Assembly), .. NativeLibraries.BundledPath is { } libvips ? [libvips] : Array.Empty<string>()]);

    /// <summary>Start information that runs a program in a sandbox.</summary>
    public static ProcessStartInfo Confined(SandboxPolicy policy, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Worker[0], [.. Worker[1..], .. SandboxLauncher.Arguments(policy, program, arguments)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Nothing is inherited: the worker's environment holds the object store's keys and the broker's password.
        start.Environment.Clear();
        foreach (var (name, value) in Variables()) start.Environment[name] = value;
        return start;
    }

    public ProcessStartInfo In(DecoderFolder folder)
    {
        var policy = new SandboxPolicy(
            [File, .. SandboxPolicy.Loaders],
            [.. DecoderFiles.SystemLibraries, .. SandboxPolicy.KernelInfoFiles, .. Readable, folder.InPath],
            [folder.OutPath]);
        var start = Confined(policy, File, Arguments);
        start.WorkingDirectory = folder.Path;
        return start;
    }

    private static IEnumerable<(string Name, string Value)> Variables()
    {
        yield return ("DOTNET_ROOT", Runtime);
        yield return ("HOME", "/nonexistent");

        // Debuggers must not attach.
        yield return ("DOTNET_EnableDiagnostics", "0");

        // Nearly all memory is native, so a small managed heap without a GC thread is enough.
        yield return ("DOTNET_gcServer", "0");
        yield return ("DOTNET_gcConcurrent", "0");
        yield return ("DOTNET_GCHeapHardLimit", "0x8000000");

        // Profiling branches for tiered PGO costs more here than it gains.
        yield return ("DOTNET_TieredPGO", "0");

        // A decoder processes one image at a time, so it needs no malloc arena per thread; freed memory in other arenas would stay in use.
        yield return ("MALLOC_ARENA_MAX", "1");

        // An image allocates and frees the same few bitmaps repeatedly. If each went back to the kernel, new page faults would cost up to 4 % of
        // the time. Larger blocks go back at once.
        yield return ("MALLOC_MMAP_THRESHOLD_", $"{32 * Mebibyte}");
        yield return ("MALLOC_TRIM_THRESHOLD_", $"{64 * Mebibyte}");
        yield return ("VIPS_WARNING", "0");
        if (Environment.GetEnvironmentVariable(LibraryPath) is { Length: > 0 } path) yield return (LibraryPath, path);
        if (Environment.GetEnvironmentVariable(NativeLibraries.Switch) is { Length: > 0 } libvips) yield return (NativeLibraries.Switch, libvips);
    }
}
