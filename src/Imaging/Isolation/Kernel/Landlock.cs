using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Pipeline.Imaging.Isolation.Kernel;

/// <summary>Landlock rules for one process: the files that it may reach. All others are refused.</summary>
internal sealed unsafe class Landlock : IDisposable
{
    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;
    private const ulong RemoveFile = 1 << 5;
    private const ulong MakeFile = 1 << 8;
    private const ulong Truncate = 1 << 14;

    private const ulong BindOrConnectTcp = 0b11;
    private const ulong AbstractSocketsAndSignals = 0b11;
    private const nint AskVersion = 1;
    private const nint PathBeneath = 1;

    private readonly SafeFileHandle _rules;
    private readonly ulong _handled;

    private Landlock(SafeFileHandle rules, ulong handled) => (_rules, _handled) = (rules, handled);

    /// <summary>Makes the rules; null if this kernel has no Landlock or has it switched off.</summary>
    public static Landlock? TryMake(SandboxPolicy policy)
    {
        var version = (int)Sys.Call(Syscalls.CreateRuleset, 0, 0, AskVersion, 0);
        if (version < 1) return null;

        // Each version adds kinds of access, and older kernels refuse the kinds they do not know. They accept a longer structure if the
        // rest of it is zero.
        var handled = version switch { 1 => (1UL << 13) - 1, 2 => (1UL << 14) - 1, 3 or 4 => (1UL << 15) - 1, _ => (1UL << 16) - 1 };
        var kinds = new Kinds { Files = handled, Network = version >= 4 ? BindOrConnectTcp : 0, Scopes = version >= 6 ? AbstractSocketsAndSignals : 0 };
        var descriptor = Sys.Call(Syscalls.CreateRuleset, (nint)(&kinds), sizeof(Kinds), 0, 0);
        if (descriptor < 0) throw Sys.Failed("landlock_create_ruleset");

        var landlock = new Landlock(new SafeFileHandle(descriptor, ownsHandle: true), handled);
        foreach (var path in policy.Executable) landlock.Allow(path, Execute | ReadFile);
        foreach (var path in policy.Readable) landlock.Allow(path, ReadFile | ReadFolder);
        foreach (var path in policy.Writable) landlock.Allow(path, ReadFile | ReadFolder | WriteFile | MakeFile | RemoveFile | Truncate);
        foreach (var path in policy.Devices) landlock.Allow(path, ReadFile | WriteFile);
        return landlock;
    }

    /// <summary>Applies the rules to the calling thread and its children for ever. The thread must have given up new privileges before.</summary>
    public void RestrictThread()
    {
        if (Sys.Call(Syscalls.RestrictSelf, _rules.DangerousGetHandle(), 0, 0, 0) != 0) throw Sys.Failed("landlock_restrict_self");
    }

    public void Dispose() => _rules.Dispose();

    private void Allow(string path, ulong access)
    {
        using var target = Sys.Open(path, Sys.OpenPathOnly);

        // Missing paths are skipped: the list names the paths of several distributions.
        if (target.IsInvalid && Marshal.GetLastPInvokeError() == Sys.NoSuchEntry) return;
        if (target.IsInvalid) throw Sys.Failed($"open {path}");
        if (!Directory.Exists(path)) access &= Execute | ReadFile | WriteFile | Truncate;

        // The C structure is packed: eight bytes, then four.
        var rule = stackalloc byte[12];
        *(ulong*)rule = access & _handled;
        *(int*)(rule + 8) = (int)target.DangerousGetHandle();
        if (Sys.Call(Syscalls.AddRule, _rules.DangerousGetHandle(), PathBeneath, (nint)rule, 0) != 0) throw Sys.Failed($"landlock_add_rule {path}");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Kinds
    {
        public ulong Files;
        public ulong Network;
        public ulong Scopes;
    }
}
