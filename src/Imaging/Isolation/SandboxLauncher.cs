using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// The first half of a decoder's start: goes into the sandbox and becomes another program, which is in it from its first instruction on.
/// </summary>
/// <remarks>
/// Landlock and filters of calls belong to a thread and to what it starts. A process of .NET has several threads before any code of ours runs, so
/// it cannot put all of itself into the sandbox; but what its first thread becomes has no other threads. The worker's own threads cannot do it
/// for a child either: /proc must be closed but for the process's own entry, without which the runtime does not start, and that has no name
/// before there is a process. In /proc stand the environments of all others: Landlock alone lets a process read those of its own user.
/// </remarks>
internal static class SandboxLauncher
{
    /// <summary>The argument that makes a worker's program do this.</summary>
    public const string Verb = "confine";

    private const string Read = "--read";
    private const string Write = "--write";
    private const string Execute = "--execute";
    private const string Program = "--";
    private const int CannotExecute = 126;

    /// <summary>The arguments for <see cref="Run"/>.</summary>
    public static IEnumerable<string> Arguments(SandboxPolicy policy, string program, IEnumerable<string> arguments) =>
    [
        Verb,
        .. policy.Executable.SelectMany(path => (string[])[Execute, path]),
        .. policy.Readable.SelectMany(path => (string[])[Read, path]),
        .. policy.Writable.SelectMany(path => (string[])[Write, path]),
        Program, program, .. arguments,
    ];

    /// <returns>A status for the case that the program cannot be run; else it does not return.</returns>
    public static int Run(string[] arguments)
    {
        var (policy, program) = Parse(arguments);
        Sys.KeepStandardStreamsOnly();
        if (Syscalls.Here is { } calls) Enter(calls, policy);
        Sys.Become(program);
        Console.Error.WriteLine($"{program[0]} cannot be run: {Sys.Failed("execv").Message}");
        return CannotExecute;
    }

    // What the kernel does not have is left out here: the decoder tries what it can do, and tells.
    private static void Enter(Syscalls calls, SandboxPolicy policy)
    {
        // Without this the kernel refuses both to a process that is not root, and a program that is owned by root could shake them off.
        Sys.GiveUpNewPrivileges();
        using var files = Landlock.TryMake(policy);

        // Before the files are out of reach: it takes assemblies that may not be among them.
        var filter = SeccompFilter.ForLaunch(calls);
        files?.RestrictThread();
        _ = filter.TryInstall(calls, allThreads: false);
    }

    private static (SandboxPolicy Policy, string[] Program) Parse(string[] arguments)
    {
        List<string> executable = [], readable = [], writable = [];
        var i = 0;
        for (; arguments[i] != Program; i += 2)
        {
            var list = arguments[i] switch { Execute => executable, Read => readable, Write => writable, _ => throw new ArgumentException(arguments[i], nameof(arguments)) };
            list.Add(arguments[i + 1]);
        }

        return (new SandboxPolicy(executable, readable, writable), arguments[(i + 1)..]);
    }
}
