using System.Runtime.CompilerServices;

namespace Pipeline.Contracts.Tests;

/// <summary>
/// Approved text that must not change by accident. If a test fails here, an older or newer part of the pipeline
/// will not understand this text. If the change is intended, <c>APPROVE=1 dotnet test tests/Contracts.Tests</c> rewrites the files, so that
/// the commit shows the change.
/// </summary>
internal static class Approved
{
    private static readonly bool Rewrite = Environment.GetEnvironmentVariable("APPROVE") == "1";

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder()).Select(file => Path.GetFileName(file));

    public static void ShouldBeApproved(this string text, string name)
    {
        var file = Path.Combine(Folder(), name);
        if (Rewrite) File.WriteAllText(file, text + "\n");
        File.Exists(file).ShouldBeTrue($"nothing is approved as {name}; see {nameof(Approved)}.cs");
        text.ShouldBe(File.ReadAllText(file).TrimEnd('\n'), $"{name} is not what was approved; see {nameof(Approved)}.cs");
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Approved");
}
