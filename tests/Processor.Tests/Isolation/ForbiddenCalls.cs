namespace Pipeline.Processor.Tests.Isolation;

/// <summary>Placeholders for arguments of the calls in the list.</summary>
internal enum Given
{
    /// <summary>The path of a file outside of the decoder's folder.</summary>
    File,

    /// <summary>A descriptor of one of its own files.</summary>
    Own,

    /// <summary>The id of another process.</summary>
    Other,
}

/// <summary>A system call, with its number on x86-64.</summary>
internal sealed record ForbiddenCall(string Name, int Number, params object[] Arguments);

/// <summary>System calls that are refused to a decoder.</summary>
internal static class ForbiddenCalls
{
    private const int Here = -100;
    private static readonly byte[] Room = new byte[64];

    /// <summary>Calls that any process outside of the sandbox may make, any number of times, so that a test can show the difference.</summary>
    public static IReadOnlyDictionary<string, ForbiddenCall> Harmful { get; } = ByName(
        new("chmod", 90, Given.File, 0x1C0), new("fchmod", 91, Given.Own, 0x180), new("fchmodat", 268, Here, Given.File, 0x1C0),
        new("chown", 92, Given.File, -1, -1), new("fchown", 93, Given.Own, -1, -1), new("lchown", 94, Given.File, -1, -1),
        new("fchownat", 260, Here, Given.File, -1, -1, 0), new("utime", 132, Given.File, 0), new("utimes", 235, Given.File, 0),
        new("futimesat", 261, Here, Given.File, 0), new("utimensat", 280, Here, Given.File, 0, 0), new("truncate", 76, Given.File, 0),
        new("flock", 73, Given.Own, 1), new("chdir", 80, "."), new("umask", 95, 0), new("sync", 162), new("syncfs", 306, Given.Own),
        new("mkdir", 83, "out/folder", 0x1C0), new("mknod", 133, "out/pipe", 0x1180, 0), new("mknodat", 259, Here, "out/pipe2", 0x1180, 0),
        new("symlink", 88, "/etc/passwd", "out/soft"), new("symlinkat", 266, "/etc/passwd", Here, "out/soft2"),
        new("link", 86, "out/mine", "out/hard"), new("linkat", 265, Here, "out/mine", Here, "out/hard2", 0),
        new("inotify_init", 253), new("inotify_init1", 294, 0), new("signalfd4", 289, -1, new byte[8], 8, 0),
        new("fcntl F_SETOWN", 72, Given.Own, 8, Given.Other), new("fcntl F_SETSIG", 72, Given.Own, 10, 9),
        new("fcntl F_SETLK", 72, Given.Own, 6, Room), new("ioctl FIOASYNC", 16, 0, 0x5450, Room),

        new("setpriority", 141, 0, Given.Other, 5), new("ioprio_set", 251, 1, Given.Other, (2 << 13) | 7), new("ioprio_get", 252, 1, Given.Other),
        new("sched_setaffinity", 203, Given.Other, 8, Bytes(1)), new("sched_setscheduler", 144, Given.Other, 0, Room),
        new("sched_setparam", 142, Given.Other, Room), new("kill", 62, Given.Other, 0), new("tkill", 200, Given.Other, 0),
        new("tgkill", 234, Given.Other, Given.Other, 0), new("prlimit64 of another", 302, Given.Other, 7, 0, Room),
        new("prlimit64 of itself", 302, 0, 4, Room, 0), new("setrlimit", 160, 4, Room), new("pidfd_open", 434, Given.Other, 0),
        new("process_vm_readv", 310, Given.Other, 0, 0, 0, 0, 0), new("process_vm_writev", 311, Given.Other, 0, 0, 0, 0, 0),
        new("kcmp", 312, Given.Other, Given.Other, 1, 0, 0), new("get_robust_list", 274, 0, Room, Room),

        new("socket AF_INET", 41, 2, 1, 0), new("socket AF_UNIX", 41, 1, 1, 0), new("socketpair", 53, 1, 1, 0, Room),
        new("memfd_create", 319, "x", 0), new("unshare", 272, 0), new("personality", 135, 0xFFFFFFFF), new("setpgid", 109, 0, 0),
        new("setreuid", 113, -1, -1), new("setregid", 114, -1, -1), new("setresuid", 117, -1, -1, -1), new("setresgid", 119, -1, -1, -1),
        new("setfsuid", 122, -1), new("setfsgid", 123, -1), new("set_mempolicy", 238, 0, 0, 0), new("seccomp", 317, 2, 0, Bytes(0, 0, 0xFF, 0x7F)),
        new("sysfs", 139, 3), new("settimeofday", 164, 0, 0), new("splice", 275, 0, 0, 0, 0, 0, 0), new("landlock_create_ruleset", 444, 0, 0, 1));

    /// <summary>Calls that need privileges, a newer kernel or other arguments to have an effect.</summary>
    public static IReadOnlyDictionary<string, ForbiddenCall> Others { get; } = ByName(
        new("fchmodat2", 452, Here, Given.File, 0x1C0, 0), new("setxattr", 188, Given.File, "user.a", "x", 1, 0),
        new("lsetxattr", 189, Given.File, "user.a", "x", 1, 0), new("fsetxattr", 190, Given.Own, "user.a", "x", 1, 0),
        new("setxattrat", 463, Here, Given.File, 0, "user.a", Room, 16), new("getxattr", 191, Given.File, "user.a", Room, 64),
        new("lgetxattr", 192, Given.File, "user.a", Room, 64), new("fgetxattr", 193, Given.Own, "user.a", Room, 64),
        new("listxattr", 194, Given.File, Room, 64), new("llistxattr", 195, Given.File, Room, 64), new("flistxattr", 196, Given.Own, Room, 64),
        new("removexattr", 197, Given.File, "user.a"), new("lremovexattr", 198, Given.File, "user.a"), new("fremovexattr", 199, Given.Own, "user.a"),
        new("getxattrat", 464), new("listxattrat", 465), new("removexattrat", 466), new("open_tree_attr", 467), new("file_getattr", 468),
        new("file_setattr", 469), new("fcntl F_SETLEASE", 72, Given.Own, 1024, 1), new("fcntl F_NOTIFY", 72, 0, 1026, 1),
        new("ioctl TIOCSTI", 16, 0, 0x5412, "x"), new("ioctl TIOCLINUX", 16, 0, 0x541C, Bytes(2)), new("ioctl FS_IOC_SETFLAGS", 16, Given.Own, 0x40086602, Room),
        new("ioctl FIOSETOWN", 16, 0, 0x8901, Room), new("inotify_add_watch", 254, 0, Given.File, 2), new("fanotify_init", 300, 0, 0),
        new("fanotify_mark", 301), new("name_to_handle_at", 303, Here, Given.File, Room, Room, 0), new("open_by_handle_at", 304, Here, Room, 0),
        new("creat", 85, "out/made", 0x180), new("copy_file_range", 326), new("sendfile", 40), new("vmsplice", 278), new("tee", 276), new("rmdir", 84, "out"),
        new("mkdirat", 258, Here, "out/folder", 0x1C0), new("fchdir", 81, 0), new("setsid", 112),

        new("sched_setattr", 314, Given.Other, Room, 0), new("rt_sigqueueinfo", 129, Given.Other, 0, Room),
        new("rt_tgsigqueueinfo", 297, Given.Other, Given.Other, 0, Room), new("pidfd_send_signal", 424, -1, 0, 0, 0), new("pidfd_getfd", 438, -1, 0, 0),
        new("process_madvise", 440, -1, 0, 0, 0, 0), new("process_mrelease", 448, -1, 0), new("ptrace", 101, 2, Given.Other, 0, 0),
        new("migrate_pages", 256), new("move_pages", 279), new("prctl PR_SCHED_CORE", 157, 62, 0, Given.Other, 0, 0),

        new("connect", 42, -1, Room, 16), new("bind", 49, -1, Room, 16), new("listen", 50, -1, 1), new("accept", 43, -1, 0, 0), new("accept4", 288, -1, 0, 0, 0),
        new("sendto", 44, -1), new("recvfrom", 45, -1), new("sendmsg", 46, -1), new("recvmsg", 47, -1), new("sendmmsg", 307, -1), new("recvmmsg", 299, -1),
        new("shmget", 29, 0, 0, 0), new("shmat", 30, -1), new("shmctl", 31, -1), new("semget", 64), new("semop", 65, -1), new("semctl", 66, -1),
        new("semtimedop", 220, -1), new("msgget", 68, 0x7A7A7A7A, 0), new("msgsnd", 69, -1), new("msgrcv", 70, -1), new("msgctl", 71, -1),
        new("mq_open", 240, "none", 0), new("mq_unlink", 241, "none"), new("io_setup", 206), new("io_submit", 209), new("io_uring_setup", 425),
        new("io_uring_enter", 426, -1), new("io_uring_register", 427, -1),

        new("execve", 59, "/bin/true", 0, 0), new("execveat", 322, Here, "/bin/true", 0, 0, 0), new("fork", 57), new("vfork", 58), new("clone", 56, 17),
        new("clone a thread into a namespace", 56, 0x40010D00), new("clone3", 435, Room, 64), new("setns", 308, -1, 0), new("keyctl", 250, 0, -3, 0),
        new("add_key", 248), new("request_key", 249), new("bpf", 321), new("perf_event_open", 298), new("userfaultfd", 323), new("memfd_secret", 447),
        new("modify_ldt", 154), new("iopl", 172, 0), new("ioperm", 173), new("syslog", 103, 10, 0, 0), new("lookup_dcookie", 212),
        new("landlock_add_rule", 445, -1), new("landlock_restrict_self", 446, -1), new("uselib", 134), new("ustat", 136), new("remap_file_pages", 216),

        new("mount", 165), new("umount2", 166), new("pivot_root", 155), new("chroot", 161, "/"), new("move_mount", 429), new("open_tree", 428),
        new("fsopen", 430), new("fsconfig", 431, -1), new("fsmount", 432, -1), new("fspick", 433), new("mount_setattr", 442), new("statmount", 457),
        new("listmount", 458), new("quotactl", 179), new("quotactl_fd", 443), new("swapon", 167), new("swapoff", 168), new("acct", 163, "out/none"),
        new("reboot", 169), new("init_module", 175), new("finit_module", 313, -1), new("delete_module", 176), new("kexec_load", 246),
        new("kexec_file_load", 320), new("clock_settime", 227), new("clock_adjtime", 305), new("adjtimex", 159), new("sethostname", 170),
        new("setdomainname", 171), new("vhangup", 153), new("setuid", 105), new("setgid", 106), new("setgroups", 116), new("capset", 126),
        new("a call that is not there yet", 470), new("the last of all calls", 0x3FFFFFFF));

    private static Dictionary<string, ForbiddenCall> ByName(params ForbiddenCall[] calls) => calls.ToDictionary(call => call.Name, StringComparer.Ordinal);

    private static byte[] Bytes(params byte[] bytes) => [.. bytes, .. new byte[8]];
}
