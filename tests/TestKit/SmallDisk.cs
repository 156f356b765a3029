using System.Diagnostics;

namespace Pipeline.TestKit;

/// <summary>A small file system that fills up quickly. Needs the right to mount one, and fails without it, because a skipped test proves nothing.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TempFolder _folder = new();

    public SmallDisk(int megabytes)
    {
        if (Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", _folder.Path) is { } error)
            throw new InvalidOperationException($"A small disk cannot be mounted; run this test as root. {error}");
    }

    /// <summary>The full path of a file on it.</summary>
    public string this[string name] => _folder[name];

    private string Filler => _folder["filler"];

    /// <summary>Fills it to the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var page = new byte[4096]; ;) file.Write(page);
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }

    public void Empty() => File.Delete(Filler);

    public void Dispose()
    {
        // A process that still uses it is killed by its owner; until then the mount is only detached.
        Run("umount", "--lazy", _folder.Path);
        _folder.Dispose();
    }

    private static string? Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : error;
    }
}
