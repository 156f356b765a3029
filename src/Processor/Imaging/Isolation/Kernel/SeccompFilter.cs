using System.Runtime.InteropServices;

namespace Pipeline.Processor.Imaging.Isolation.Kernel;

/// <summary>
/// Filters of system calls as programs for the kernel. What is not refused is allowed: the runtime's needs change with its versions, and a
/// list of them would break at an update, while what a decoder must never do stays the same.
/// </summary>
internal sealed unsafe class SeccompFilter
{
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfNotLess = 0x35;
    private const ushort JumpIfAnySet = 0x45;
    private const ushort Return = 0x06;

    private const uint Allow = 0x7FFF_0000;
    private const uint KillProcess = 0x8000_0000;
    private const uint Errno = 0x0005_0000;

    // In struct seccomp_data.
    private const uint Number = 0;
    private const uint Architecture = 4;
    private const uint Arguments = 16;

    private const nint SetFilter = 1;
    private const nint AllThreads = 1;
    private const uint IsThread = 0x0001_0000;

    private readonly List<Instruction> _program = [];

    private SeccompFilter(Syscalls calls)
    {
        // Numbers mean nothing without the architecture they are of.
        Add(LoadWord, Architecture);
        Add(JumpIfEqual, calls.AuditArchitecture, then: 1);
        Add(Return, KillProcess);
        Add(LoadWord, Number);
        if (calls.SecondSet is { } second)
        {
            Add(JumpIfNotLess, second, otherwise: 1);
            Add(Return, KillProcess);
        }
    }

    /// <summary>For a thread that becomes another program: that has no network and no way into other processes.</summary>
    public static SeccompFilter ForLaunch(Syscalls calls)
    {
        var filter = new SeccompFilter(calls);
        foreach (var call in calls.Forbidden()) filter.Refuse(call, Sys.NotPermitted);
        return filter.End();
    }

    /// <summary>
    /// For a decoder that has started: no other program, no other process, no signal to another one, and no change of its limits. Not a part of
    /// the first filter, because a process must be made and a program run to come here.
    /// </summary>
    /// <param name="calls">Of this machine.</param>
    /// <param name="process">The decoder's own id.</param>
    public static SeccompFilter ForWork(Syscalls calls, int process)
    {
        var filter = new SeccompFilter(calls);
        foreach (var call in (int?[])[calls.Execve, calls.Execveat, calls.Fork, calls.Vfork, calls.SetLimit])
            if (call is { } number) filter.Refuse(number, Sys.NotPermitted);

        // Its flags lie in memory, where a filter cannot look. Told that there is no such call, libc falls back to the older one.
        filter.Refuse(Syscalls.Clone3, Sys.NoSuchCall);
        filter.When(calls.Clone, argument: 0, JumpIfAnySet, IsThread, Allow, otherwise: Errno | Sys.NotPermitted);
        filter.When(calls.SignalThread, argument: 0, JumpIfEqual, (uint)process, Allow, otherwise: Errno | Sys.NotPermitted);

        // To ask for a limit passes no new one: both halves of the pointer are zero. Two tests, since the kernel computes in words.
        filter.RefuseUnlessZero(calls.ProcessLimit, argument: 2);
        return filter.End();
    }

    /// <summary>Installs the filter for the calling thread and what it starts, or for all threads of this process.</summary>
    /// <returns>False if the kernel does not do it.</returns>
    public bool TryInstall(Syscalls calls, bool allThreads)
    {
        fixed (Instruction* instructions = CollectionsMarshal.AsSpan(_program))
        {
            var program = new Program { Length = (ushort)_program.Count, Instructions = instructions };
            return Sys.Call(calls.Seccomp, SetFilter, allThreads ? AllThreads : 0, (nint)(&program), 0) == 0;
        }
    }

    private void Refuse(int call, int error)
    {
        Add(JumpIfEqual, (uint)call, otherwise: 1);
        Add(Return, Errno | (uint)error);
    }

    private void When(int call, uint argument, ushort test, uint value, uint then, uint otherwise)
    {
        Add(JumpIfEqual, (uint)call, otherwise: 4);
        Add(LoadWord, Arguments + (8 * argument));
        Add(test, value, otherwise: 1);
        Add(Return, then);
        Add(Return, otherwise);
    }

    private void RefuseUnlessZero(int call, uint argument)
    {
        Add(JumpIfEqual, (uint)call, otherwise: 6);
        Add(LoadWord, Arguments + (8 * argument));
        Add(JumpIfEqual, 0, otherwise: 2);
        Add(LoadWord, Arguments + (8 * argument) + 4);
        Add(JumpIfEqual, 0, then: 1);
        Add(Return, Errno | Sys.NotPermitted);
        Add(Return, Allow);
    }

    private SeccompFilter End()
    {
        Add(Return, Allow);
        return this;
    }

    private void Add(ushort code, uint value, byte then = 0, byte otherwise = 0) => _program.Add(new Instruction(code, then, otherwise, value));

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte Then, byte Otherwise, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private struct Program
    {
        public ushort Length;
        public Instruction* Instructions;
    }
}
