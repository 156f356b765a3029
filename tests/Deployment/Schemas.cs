namespace Pipeline.Deployment;

/// <summary>Schemas from npm.</summary>
public static class Schemas
{
    public static void Check(string kind, string file)
    {
        var (exit, output) = Programs.Try(Path.Combine(Repository.Root, "tests", "Deployment", "schemas", "check.sh"), kind, file);
        exit.ShouldBe(0, output);
    }
}
