using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Isolation.Kernel;

/// <summary>
/// System call filters for the kernel. They are allowlists: a denylist would miss the calls that the next kernel adds. A list holds more than
/// the runtime is seen to call, since its needs change with its versions, and nothing that reaches beyond the caller.
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
    private const uint AnyNamespace = 0x7E02_0000;
    private const uint ShareCore = 62;

    // fcntl: duplicate a descriptor, its flags, the size of a pipe. Refused: signal owners, locks and leases, which affect other processes.
    private static readonly uint[] FileControls = [0, 1, 2, 3, 4, 1030, 1031, 1032];

    // ioctl: terminal or not, its width, bytes available, blocking, close on exec. Refused: file attributes and typing into a terminal.
    private static readonly uint[] DeviceControls = [0x5401, 0x5413, 0x541B, 0x5421, 0x5451];

    private readonly List<Instruction> _program = [];

    private SeccompFilter(Syscalls calls)
    {
        // Call numbers depend on the architecture, so check it first.
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

    /// <summary>
    /// For a thread that becomes another program: allows calls that affect this program only. Refuses network, other processes, and changes of
    /// owners, modes, times and attributes of files, which Landlock has no rules for.
    /// </summary>
    public static SeccompFilter ForLaunch(Syscalls calls)
    {
        var filter = new SeccompFilter(calls);

        // The flags of clone3 lie in memory, which a filter cannot read. ENOSYS makes libc fall back to clone.
        filter.Refuse(Syscalls.Clone3, Sys.NoSuchCall);
        filter.When(calls.Clone, argument: 0, JumpIfAnySet, AnyNamespace, Errno | Sys.NotPermitted, otherwise: Allow);
        filter.When(calls.ProcessControl, argument: 0, JumpIfEqual, ShareCore, Errno | Sys.NotPermitted, otherwise: Allow);

        // Only on itself, which is 0.
        filter.AllowOnly(calls.ProcessLimit, argument: 0, [0]);
        filter.AllowOnly(calls.Affinity, argument: 0, [0]);
        filter.AllowOnly(calls.FileControl, argument: 1, FileControls);
        filter.AllowOnly(calls.DeviceControl, argument: 1, DeviceControls);
        filter.AllowOnly(calls.Allowed());
        return filter;
    }

    /// <summary>
    /// For a decoder that has started: refuses new programs, new processes, signals to other processes, and changes of its limits. A second
    /// filter, because the start itself runs a program. The first filter stays in force.
    /// </summary>
    /// <param name="calls">Of this machine.</param>
    /// <param name="process">The decoder's own id.</param>
    public static SeccompFilter ForWork(Syscalls calls, int process)
    {
        var filter = new SeccompFilter(calls);
        foreach (var call in (int[])[calls.Execve, calls.MemoryFile, calls.MemoryPolicy, calls.Seccomp]) filter.Refuse(call, Sys.NotPermitted);
        filter.When(calls.Clone, argument: 0, JumpIfAnySet, IsThread, Allow, otherwise: Errno | Sys.NotPermitted);
        filter.When(calls.SignalThread, argument: 0, JumpIfEqual, (uint)process, Allow, otherwise: Errno | Sys.NotPermitted);

        // Reading a limit passes no new limit: both halves of the pointer are zero. Two tests, because filters compare 32-bit words.
        filter.RefuseUnlessZero(calls.ProcessLimit, argument: 2);
        filter.Add(Return, Allow);
        return filter;
    }

    /// <summary>Installs the filter for the calling thread and its children, or for all threads of this process.</summary>
    /// <returns>False if the kernel refuses.</returns>
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

    private void AllowOnly(int call, uint argument, uint[] values)
    {
        Add(JumpIfEqual, (uint)call, otherwise: (byte)((2 * values.Length) + 2));
        Add(LoadWord, Arguments + (8 * argument));
        foreach (var value in values)
        {
            Add(JumpIfEqual, value, otherwise: 1);
            Add(Return, Allow);
        }

        Add(Return, Errno | Sys.NotPermitted);
    }

    /// <summary>The end of a filter: allows these numbers only.</summary>
    private void AllowOnly(IEnumerable<int> calls)
    {
        // In ascending order, ranges merged: kernels without a seccomp cache run this for each call of a decoder.
        var numbers = calls.Distinct().Order().Select(number => (uint)number).ToArray();
        for (var (first, last) = (0, 0); first < numbers.Length; first = last + 1)
        {
            for (last = first; last + 1 < numbers.Length && numbers[last + 1] == numbers[last] + 1;) last++;
            Add(JumpIfNotLess, numbers[last] + 1, then: 3);
            Add(JumpIfNotLess, numbers[first], otherwise: 1);
            Add(Return, Allow);
            Add(Return, Errno | Sys.NotPermitted);
        }

        Add(JumpIfNotLess, Syscalls.LastKnown + 1, otherwise: 1);
        Add(Return, Errno | Sys.NoSuchCall);
        Add(Return, Errno | Sys.NotPermitted);
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
