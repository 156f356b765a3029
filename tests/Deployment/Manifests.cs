using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Deployment;

/// <summary>The documents that <c>kubectl kustomize</c> makes of an overlay, and those of the examples.</summary>
public static class Manifests
{
    public static readonly string Folder = Path.Combine(Repository.Root, "deploy", "kubernetes");

    private static readonly Dictionary<string, string> Built = new(StringComparer.Ordinal);

    public static TheoryData<string> Overlays { get; } = new("r2", "s3");

    /// <summary>The YAML of an overlay.</summary>
    public static string Yaml(string overlay)
    {
        lock (Built)
        {
            if (!Built.TryGetValue(overlay, out var yaml)) Built[overlay] = yaml = Programs.Run("kubectl", "kustomize", Path.Combine(Folder, overlay));
            return yaml;
        }
    }

    public static IReadOnlyList<Document> Documents(string overlay) => Parse(Yaml(overlay));

    public static IReadOnlyList<Document> Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(document => new Document((YamlMappingNode)document.RootNode))];
    }
}

/// <summary>A program that the tests run.</summary>
public static class Programs
{
    public static string Run(string program, params string[] arguments)
    {
        var (exit, output) = Try(program, arguments);
        exit.ShouldBe(0, output);
        return output;
    }

    public static (int Exit, string Output) Try(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + errors.Result);
    }
}
