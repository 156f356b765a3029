using System.Runtime.InteropServices;

namespace Pipeline.Processor.Imaging.Isolation.Kernel;

/// <summary>The numbers of system calls, which differ between architectures; -1 where there is no such call.</summary>
internal sealed class Syscalls
{
    // From 424 on all architectures count alike.
    public const int Clone3 = 435;
    public const int CreateRuleset = 444;
    public const int AddRule = 445;
    public const int RestrictSelf = 446;

    private const int None = -1;

    private static readonly (string Name, int X64, int Arm64)[] Refused =
    [
        // A way out, or to another process.
        ("socket", 41, 198), ("socketpair", 53, 199), ("connect", 42, 203), ("bind", 49, 200), ("listen", 50, 201), ("accept", 43, 202),
        ("accept4", 288, 242), ("sendto", 44, 206), ("recvfrom", 45, 207), ("sendmsg", 46, 211), ("recvmsg", 47, 212),
        ("sendmmsg", 307, 269), ("recvmmsg", 299, 243),
        ("shmget", 29, 194), ("shmat", 30, 196), ("shmctl", 31, 195), ("semget", 64, 190), ("msgget", 68, 186), ("mq_open", 240, 180),
        ("mq_unlink", 241, 181),

        // Does what other calls do, past a filter of calls.
        ("io_uring_setup", 425, 425), ("io_uring_enter", 426, 426), ("io_uring_register", 427, 427),

        // Into another process.
        ("ptrace", 101, 117), ("process_vm_readv", 310, 270), ("process_vm_writev", 311, 271), ("process_madvise", 440, 440),
        ("kcmp", 312, 272), ("pidfd_open", 434, 434), ("pidfd_getfd", 438, 438), ("pidfd_send_signal", 424, 424), ("kill", 62, 129),
        ("tkill", 200, 130), ("rt_sigqueueinfo", 129, 138), ("rt_tgsigqueueinfo", 297, 240),

        // Parts of the kernel that have been a way into it, and that no decoder needs.
        ("bpf", 321, 280), ("perf_event_open", 298, 241), ("userfaultfd", 323, 282), ("keyctl", 250, 219), ("add_key", 248, 217),
        ("request_key", 249, 218), ("unshare", 272, 97), ("setns", 308, 268), ("personality", 135, 92), ("quotactl", 179, 60),
        ("fanotify_init", 300, 262), ("inotify_init", 253, None), ("inotify_init1", 294, 26), ("syslog", 103, 116), ("acct", 163, 89),
        ("iopl", 172, None), ("ioperm", 173, None), ("modify_ldt", 154, None), ("memfd_secret", 447, 447),

        // Names that lead elsewhere, and other file systems.
        ("symlink", 88, None), ("symlinkat", 266, 36), ("link", 86, None), ("linkat", 265, 37), ("mknod", 133, None), ("mknodat", 259, 33),
        ("open_by_handle_at", 304, 265), ("name_to_handle_at", 303, 264), ("mount", 165, 40), ("umount2", 166, 39),
        ("pivot_root", 155, 41), ("chroot", 161, 51), ("move_mount", 429, 429), ("open_tree", 428, 428), ("fsopen", 430, 430),
        ("fsconfig", 431, 431), ("fsmount", 432, 432), ("fspick", 433, 433), ("mount_setattr", 442, 442),

        // The machine itself; only a worker that runs as root could do these anyway.
        ("init_module", 175, 105), ("finit_module", 313, 273), ("delete_module", 176, 106), ("kexec_load", 246, 104),
        ("kexec_file_load", 320, 294), ("reboot", 169, 142), ("swapon", 167, 224), ("swapoff", 168, 225), ("settimeofday", 164, 170),
        ("clock_settime", 227, 112), ("clock_adjtime", 305, 266), ("adjtimex", 159, 171), ("sethostname", 170, 161),
        ("setdomainname", 171, 162),
    ];

    private readonly bool _x64;

    private Syscalls(Architecture architecture) => _x64 = architecture == Architecture.X64;

    /// <summary>Those of this machine, or null if it is neither x86-64 nor arm64.</summary>
    public static Syscalls? Here { get; } = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        ? new Syscalls(RuntimeInformation.ProcessArchitecture)
        : null;

    /// <summary>What the kernel calls the architecture in the data of a filter.</summary>
    public uint AuditArchitecture => _x64 ? 0xC000_003E : 0xC000_00B7;

    /// <summary>x86-64 has a second set of numbers for the same calls, from this bit on.</summary>
    public uint? SecondSet => _x64 ? 0x4000_0000 : null;

    public int Socket => _x64 ? 41 : 198;

    public int Seccomp => _x64 ? 317 : 277;

    public int Execve => _x64 ? 59 : 221;

    public int Execveat => _x64 ? 322 : 281;

    public int? Fork => _x64 ? 57 : null;

    public int? Vfork => _x64 ? 58 : null;

    public int Clone => _x64 ? 56 : 220;

    public int SetLimit => _x64 ? 160 : 164;

    public int ProcessLimit => _x64 ? 302 : 261;

    public int SignalThread => _x64 ? 234 : 131;

    /// <summary>Calls that a decoder is refused from its first instruction on.</summary>
    public IEnumerable<int> Forbidden() => Refused.Select(call => _x64 ? call.X64 : call.Arm64).Where(number => number != None);
}
