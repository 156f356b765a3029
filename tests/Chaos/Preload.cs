namespace Pipeline.Chaos;

/// <summary>Libraries that stand between a process and its system, to tell it another time or other names.</summary>
internal static class Preload
{
    /// <summary>The library's path.</summary>
    public static string Find(string library, string package) =>
        Directory.EnumerateFiles("/usr/lib", library, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).FirstOrDefault()
            ?? throw new ChaosException($"{library} is not installed: apt-get install {package}");
}
