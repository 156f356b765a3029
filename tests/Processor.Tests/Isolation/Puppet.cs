using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>
/// Makes system calls inside another process, like a debugger: it stops one of its threads and makes it execute a system call. The
/// kernel's result is the one that code in control of the process would get. For x86-64.
/// </summary>
/// <remarks>It stops a thread, not the process: .NET would take the stop of its child process for its end.</remarks>
internal sealed unsafe partial class Puppet
{
    private const int Trace = 101;
    private const int Poke = 5, Step = 9, GetRegisters = 12, SetRegisters = 13, Detach = 17, Seize = 0x4206, Interrupt = 0x4207;
    private const int AnyKind = 0x40000000;

    // Offsets in struct user_regs_struct, in words.
    private const int R10 = 7, R9 = 8, R8 = 9, Rax = 10, Rdx = 12, Rsi = 13, Rdi = 14, OriginalRax = 15, Rip = 16, Rsp = 19, Words = 27;

    private static readonly int[] ArgumentRegisters = [Rdi, Rsi, Rdx, R10, R8, R9];

    private readonly int _thread;

    private Puppet(int thread) => _thread = thread;

    /// <summary>The signal that killed the process, if any.</summary>
    public int? Killed { get; private set; }

    /// <summary>Stops a thread of the process, makes calls in it, and resumes it in its previous state.</summary>
    /// <param name="process">Id of the process.</param>
    /// <param name="body">Makes the calls; all of it runs on the calling thread, as the kernel requires.</param>
    public static T Play<T>(int process, Func<Puppet, T> body)
    {
        var puppet = new Puppet(WaitingThread(process));
        puppet.Do(Seize, 0, 0);
        puppet.Do(Interrupt, 0, 0);
        puppet.Wait();
        var before = stackalloc ulong[Words];
        puppet.Do(GetRegisters, 0, (nint)before);
        try
        {
            return body(puppet);
        }
        finally
        {
            if (puppet.Killed is null)
            {
                puppet.Do(SetRegisters, 0, (nint)before);
                puppet.Do(Detach, 0, 0);
            }
        }
    }

    /// <param name="number">Number of the call.</param>
    /// <param name="arguments">Numbers; texts and bytes are written into its memory.</param>
    /// <returns>The kernel's result; an error is a negative number.</returns>
    public long Call(long number, params object[] arguments)
    {
        var registers = stackalloc ulong[Words];
        Do(GetRegisters, 0, (nint)registers);

        // The thread stopped after a syscall instruction of two bytes, which is executed again.
        var now = stackalloc ulong[Words];
        new Span<ulong>(registers, Words).CopyTo(new Span<ulong>(now, Words));
        now[Rip] -= 2;
        now[Rax] = (ulong)number;
        now[OriginalRax] = ulong.MaxValue;
        var room = (registers[Rsp] - 4096) & ~15UL;
        for (var i = 0; i < arguments.Length; i++)
        {
            now[ArgumentRegisters[i]] = arguments[i] switch
            {
                string text => Put(ref room, [.. Encoding.UTF8.GetBytes(text), 0]),
                byte[] bytes => Put(ref room, bytes),
                var value => (ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture),
            };
        }

        Do(SetRegisters, 0, (nint)now);
        Do(Step, 0, 0);
        Wait();
        if (Killed is not null) return 0;
        Do(GetRegisters, 0, (nint)now);
        var result = (long)now[Rax];
        Do(SetRegisters, 0, (nint)registers);
        return result;
    }

    // Not the first thread, and one that waits in a read. A process with a single thread is not a .NET process, and may wait in any
    // call. A thread that has just made a call may not have returned to its wait yet.
    private static int WaitingThread(int process)
    {
        int? found = null;
        SpinWait.SpinUntil(() => (found = Find()) is not null, TimeSpan.FromSeconds(30));
        return found ?? throw new InvalidOperationException($"No thread of {process} waits.");

        int? Find()
        {
            var threads = Threads(process);
            return threads is [var only] ? Waits(only, string.Empty) : threads.Select(thread => Waits(thread, "0 0x")).FirstOrDefault(thread => thread is not null);
        }

        int? Waits(int thread, string call) => File.ReadAllText($"/proc/{process}/task/{thread}/syscall") is var state
            && state.StartsWith(call, StringComparison.Ordinal) && !state.StartsWith("running", StringComparison.Ordinal) ? thread : null;
    }

    private static List<int> Threads(int process)
    {
        var all = Directory.GetDirectories($"/proc/{process}/task").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture)).ToList();
        return all.Count == 1 ? all : [.. all.Where(thread => thread != process)];
    }

    private ulong Put(ref ulong room, byte[] bytes)
    {
        var at = room;
        foreach (var chunk in bytes.Chunk(sizeof(ulong)))
        {
            var word = 0UL;
            chunk.CopyTo(new Span<byte>(&word, sizeof(ulong)));
            Do(Poke, (nint)room, (nint)word);
            room += sizeof(ulong);
        }

        return at;
    }

    private void Wait()
    {
        var status = 0;
        WaitFor(_thread, &status, AnyKind).ShouldBe(_thread);
        if ((status & 0x7f) is not (0x7f or 0)) Killed = status & 0x7f;
    }

    private void Do(int request, nint address, nint data) =>
        SystemCall(Trace, request, _thread, address, data).ShouldBe(0, $"ptrace {request}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitFor(int process, int* status, int options);
}
