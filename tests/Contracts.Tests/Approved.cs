using System.Runtime.CompilerServices;

namespace Pipeline.Contracts.Tests;

/// <summary>
/// Text that was looked at once and must not change by accident. A test that fails here says: an older or newer part of the pipeline
/// will not understand this. Where that is meant, <c>APPROVE=1 dotnet test tests/Contracts.Tests</c> writes the files anew; the change
/// then stands in the commit.
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
