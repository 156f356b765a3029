using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Pipeline.Processor.Imaging.Isolation.Kernel;

/// <summary>
/// Starts a program that is in its sandbox from its first instruction on. Landlock and filters of calls belong to a thread and are inherited by
/// what it starts, never taken off again: so a thread enters the sandbox, starts the program and ends. A process of .NET could not do this to
/// itself, since it has several threads before any code of ours runs.
/// </summary>
internal static class SandboxedStart
{
    private const int NoNewPrivileges = 38;

    // .NET makes its signal thread when the first process is started, by the thread that starts it. It must not be the one in the sandbox, so it
    // is made here.
    private static readonly Lazy<bool> SignalThread = new(() =>
    {
        if (OperatingSystem.IsWindows()) return false;
        PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => { }).Dispose();
        return true;
    });

    /// <param name="start">The program.</param>
    /// <param name="policy">What it may reach.</param>
    /// <returns>The process, and what it is held to; it is not sealed yet.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static (Process Process, Protection Protection) Run(ProcessStartInfo start, SandboxPolicy policy)
    {
        _ = SignalThread.Value;
        using var files = Syscalls.Here is null ? null : Landlock.TryMake(policy);
        (Process, Protection)? started = null;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                var protection = Enter(files);
                started = (Process.Start(start)!, protection);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { Name = "Decoder start", IsBackground = true };
        thread.Start();

        // Joined and not awaited: to complete a task is to wake the thread pool, which may make threads, and those would be in the sandbox.
        thread.Join();
        failure?.Throw();
        return started!.Value;
    }

    private static Protection Enter(Landlock? files)
    {
        // Without this the kernel refuses both to a process that is not root, and a program that is owned by root could shake them off.
        if (Syscalls.Here is not { } calls || Sys.ProcessControl(NoNewPrivileges, 1, 0, 0, 0) != 0)
            return new Protection(Calls: false, Files: false, Sealed: false);
        files?.RestrictThread();
        var filtered = SeccompFilter.ForLaunch(calls).TryInstall(calls, allThreads: false);
        return new Protection(filtered, files is not null, Sealed: false);
    }
}
