using Pipeline.Imaging.Isolation.Kernel;

namespace Pipeline.Imaging.Isolation;

/// <summary>
/// First stage of a decoder's start: enters the sandbox and then replaces itself (execv) by the decoder program, which is thereby confined from
/// its first instruction on.
/// </summary>
/// <remarks>
/// Landlock and seccomp filters apply to one thread and to the threads and programs that it starts. A .NET process has several threads before
/// our code runs, so it cannot confine itself as a whole; but the program that one thread executes has no other threads. The worker cannot
/// prepare the sandbox for its child either: the child may read only its own entry in /proc, which the runtime needs, and whose path is unknown
/// before the process exists. All of /proc must stay closed, because it holds the environments of other processes, and Landlock alone would
/// let a process read those of the same user.
/// </remarks>
internal static class SandboxLauncher
{
    /// <summary>The argument that starts this program as the launcher.</summary>
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

    /// <returns>An exit status if the program cannot be executed; otherwise this method does not return.</returns>
    public static int Run(string[] arguments)
    {
        var (policy, program) = Parse(arguments);
        Sys.KeepStandardStreamsOnly();
        if (Syscalls.Here is { } calls) Enter(calls, policy);
        Sys.Become(program);
        Console.Error.WriteLine($"{program[0]} cannot be run: {Sys.Failed("execv").Message}");
        return CannotExecute;
    }

    // Skips protections that the kernel lacks: the decoder later tests which ones are active, and reports them.
    private static void Enter(Syscalls calls, SandboxPolicy policy)
    {
        // Without no_new_privs the kernel refuses Landlock and seccomp to a process that is not root, and a setuid program could escape both.
        Sys.GiveUpNewPrivileges();
        using var files = Landlock.TryMake(policy);

        // Build the filter before file access is restricted, because that loads assemblies that may become unreadable.
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
