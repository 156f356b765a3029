namespace Pipeline.Chaos;

/// <summary>Preloaded libraries that give a process another time or other host names.</summary>
internal static class Preload
{
    /// <summary>The library's path.</summary>
    public static string Find(string library, string package) =>
        Directory.EnumerateFiles("/usr/lib", library, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }).FirstOrDefault()
            ?? throw new ChaosException($"{library} is not installed: apt-get install {package}");
}
