using System.Runtime.InteropServices;

namespace Pipeline.Imaging.Isolation.Kernel;

/// <summary>The numbers of system calls, which differ between architectures; -1 where there is no such call.</summary>
internal sealed class Syscalls
{
    // From 424 on the numbers are the same on all architectures.
    public const int Clone3 = 435;
    public const int CloseRange = 436;
    public const int CreateRuleset = 444;
    public const int AddRule = 445;
    public const int RestrictSelf = 446;

    /// <summary>The newest call that this list covers (<c>file_setattr</c>, Linux 6.17). Newer calls get ENOSYS, so libc falls back.</summary>
    public const int LastKnown = 469;

    private const int None = -1;

    // Calls that affect the caller alone. Calls whose arguments decide that are rules of SeccompFilter.
    private static readonly (string Name, int X64, int Arm64)[] Harmless =
    [
        // Open files and file names; Landlock decides which files.
        ("read", 0, 63), ("write", 1, 64), ("readv", 19, 65), ("writev", 20, 66), ("pread64", 17, 67), ("pwrite64", 18, 68),
        ("preadv", 295, 69), ("pwritev", 296, 70), ("preadv2", 327, 286), ("pwritev2", 328, 287), ("lseek", 8, 62), ("open", 2, None),
        ("openat", 257, 56), ("openat2", 437, 437), ("close", 3, 57), ("close_range", 436, 436), ("dup", 32, 23), ("dup2", 33, None),
        ("dup3", 292, 24), ("pipe", 22, None), ("pipe2", 293, 59), ("fstat", 5, 80), ("stat", 4, None), ("lstat", 6, None),
        ("newfstatat", 262, 79), ("statx", 332, 291), ("statfs", 137, 43), ("fstatfs", 138, 44), ("access", 21, None),
        ("faccessat", 269, 48), ("faccessat2", 439, 439), ("readlink", 89, None), ("readlinkat", 267, 78), ("getdents", 78, None),
        ("getdents64", 217, 61), ("getcwd", 79, 17), ("ftruncate", 77, 46), ("fallocate", 285, 47), ("fadvise64", 221, 223),
        ("readahead", 187, 213), ("fsync", 74, 82), ("fdatasync", 75, 83), ("rename", 82, None), ("renameat", 264, 38),
        ("renameat2", 316, 276), ("unlink", 87, None), ("unlinkat", 263, 35),

        // Waiting.
        ("poll", 7, None), ("ppoll", 271, 73), ("select", 23, None), ("pselect6", 270, 72), ("epoll_create", 213, None),
        ("epoll_create1", 291, 20), ("epoll_ctl", 233, 21), ("epoll_wait", 232, None), ("epoll_pwait", 281, 22),
        ("epoll_pwait2", 441, 441), ("eventfd", 284, None), ("eventfd2", 290, 19), ("nanosleep", 35, 101), ("clock_nanosleep", 230, 115),
        ("restart_syscall", 219, 128), ("timer_create", 222, 107), ("timer_settime", 223, 110), ("timer_gettime", 224, 108),
        ("timer_getoverrun", 225, 109), ("timer_delete", 226, 111),

        // Its own memory.
        ("mmap", 9, 222), ("munmap", 11, 215), ("mremap", 25, 216), ("mprotect", 10, 226), ("madvise", 28, 233), ("msync", 26, 227),
        ("mincore", 27, 232), ("brk", 12, 214), ("mlock", 149, 228), ("mlock2", 325, 284), ("munlock", 150, 229),
        ("membarrier", 324, 283), ("mbind", 237, 235), ("get_mempolicy", 239, 236), ("pkey_alloc", 330, 289), ("pkey_free", 331, 290),
        ("pkey_mprotect", 329, 288), ("map_shadow_stack", 453, 453), ("mseal", 462, 462),

        // Its own threads, and signals to them.
        ("futex", 202, 98), ("futex_waitv", 449, 449), ("futex_wake", 454, 454), ("futex_wait", 455, 455), ("futex_requeue", 456, 456),
        ("set_robust_list", 273, 99), ("set_tid_address", 218, 96), ("rseq", 334, 293), ("arch_prctl", 158, None),
        ("sched_yield", 24, 124), ("sched_getaffinity", 204, 123), ("sched_getscheduler", 145, 120), ("sched_getparam", 143, 121),
        ("sched_get_priority_max", 146, 125), ("sched_get_priority_min", 147, 126), ("getcpu", 309, 168), ("tgkill", 234, 131),
        ("rt_sigaction", 13, 134), ("rt_sigprocmask", 14, 135), ("rt_sigreturn", 15, 139), ("rt_sigpending", 127, 136),
        ("rt_sigsuspend", 130, 133), ("rt_sigtimedwait", 128, 137), ("sigaltstack", 131, 132), ("exit", 60, 93), ("exit_group", 231, 94),
        ("wait4", 61, 260), ("waitid", 247, 95),

        // Its identity and the time.
        ("getpid", 39, 172), ("getppid", 110, 173), ("gettid", 186, 178), ("getuid", 102, 174), ("geteuid", 107, 175),
        ("getgid", 104, 176), ("getegid", 108, 177), ("getresuid", 118, 148), ("getresgid", 120, 150), ("getgroups", 115, 158),
        ("getpgrp", 111, None), ("getpgid", 121, 155), ("getsid", 124, 156), ("getrlimit", 97, 163), ("getrusage", 98, 165),
        ("times", 100, 153), ("sysinfo", 99, 179), ("uname", 63, 160), ("time", 201, None), ("gettimeofday", 96, 169),
        ("clock_gettime", 228, 113), ("clock_getres", 229, 114), ("getrandom", 318, 278),

        // For its start only: the second filter refuses these.
        ("execve", 59, 221), ("memfd_create", 319, 279), ("seccomp", 317, 277), ("set_mempolicy", 238, 237),
    ];

    private readonly bool _x64;

    private Syscalls(Architecture architecture) => _x64 = architecture == Architecture.X64;

    /// <summary>The numbers of this machine, or null if it is neither x86-64 nor arm64.</summary>
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

    public int MemoryFile => _x64 ? 319 : 279;

    public int MemoryPolicy => _x64 ? 238 : 237;

    public int Clone => _x64 ? 56 : 220;

    public int ProcessLimit => _x64 ? 302 : 261;

    public int ProcessControl => _x64 ? 157 : 167;

    public int FileControl => _x64 ? 72 : 25;

    public int DeviceControl => _x64 ? 16 : 29;

    public int Affinity => _x64 ? 203 : 122;

    public int SignalThread => _x64 ? 234 : 131;

    /// <summary>Calls that a decoder may make from its first instruction on, whatever their arguments are; all others are refused.</summary>
    public IEnumerable<int> Allowed() => Harmless.Select(call => _x64 ? call.X64 : call.Arm64).Where(number => number != None);
}
