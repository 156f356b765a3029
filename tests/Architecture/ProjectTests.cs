using System.Xml.Linq;

namespace Pipeline.Architecture;

/// <summary>Which project may reference which.</summary>
public sealed class ProjectTests
{
    // The whole table; add a new project here.
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["Contracts"] = [],
        ["Storage"] = ["Hosting"],
        ["Hosting"] = [],
        // The exporters: only the roots know them, so that neither the command line nor a decoder process carries them.
        ["Telemetry"] = ["Hosting"],
        ["Bus"] = ["Contracts", "Hosting"],
        ["Assets"] = ["Bus", "Contracts", "Hosting", "Storage"],
        ["Assets.Postgres"] = ["Assets", "Hosting"],
        ["UploadApi"] = ["Assets", "Assets.Postgres", "Bus", "Contracts", "Hosting", "Storage", "Telemetry"],
        ["Imaging"] = ["Contracts", "Hosting", "Storage"],
        ["Processor"] = ["Bus", "Contracts", "Hosting", "Imaging", "Storage", "Telemetry"],
        ["AllInOne"] = ["Assets", "Contracts", "Hosting", "Storage", "Telemetry", "UploadApi", "Processor"],
        // A client of the HTTP API, except for `pipeline cors`, which sets the bucket's rule with the bucket's keys, since the API should not need that right.
        ["Cli"] = ["Client", "Hosting", "Storage"],
        ["Client"] = [],
    };

    // Its own script runs it: it writes migrations and is never shipped.
    private static readonly string[] OutsideTheSolution = ["tools/"];

    // The code that each benchmark measures, and the code that it shares with the tests.
    private static readonly Dictionary<string, string[]> BenchmarkMayReference = new(StringComparer.Ordinal)
    {
        ["Bench.Pipeline"] = ["Processor", "UploadApi", "TestKit"],
        ["Bench.Api"] = ["UploadApi", "TestKit"],
        ["Bench.Load"] = ["AllInOne", "Processor", "UploadApi", "TestKit"],
        ["Bench.Imaging"] = ["Processor", "TestKit"],
    };

    [Fact]
    public void Every_source_project_references_only_what_its_row_of_the_table_allows()
    {
        var projects = Projects().Where(p => p.Path.StartsWith("src/", StringComparison.Ordinal)).ToDictionary(Name, References);

        projects.Keys.ShouldBe(MayReference.Keys, ignoreOrder: true);
        foreach (var (name, references) in projects) references.Except(MayReference[name]).ShouldBeEmpty($"{name} may not know them");
    }

    [Fact]
    public void A_benchmark_references_what_it_measures_and_nothing_references_a_benchmark()
    {
        var all = Projects().ToList();
        var benchmarks = all.Where(p => p.Path.StartsWith("bench/", StringComparison.Ordinal)).ToDictionary(Name, References);

        benchmarks.Keys.ShouldBe(BenchmarkMayReference.Keys, ignoreOrder: true);
        foreach (var (name, references) in benchmarks) references.Except(BenchmarkMayReference[name]).ShouldBeEmpty($"{name} may not know them");
        all.SelectMany(References).Intersect(benchmarks.Keys).ShouldBeEmpty();
    }

    [Fact]
    public void A_lock_file_of_npm_names_no_registry_but_the_public_one()
    {
        var locks = Repository.Files.Where(f => f.Path.EndsWith("/package-lock.json", StringComparison.Ordinal)).ToList();

        locks.ShouldNotBeEmpty();
        locks.SelectMany(file => file.Lines)
            .Where(line => line.Contains("\"resolved\"", StringComparison.Ordinal))
            .Where(line => !line.Contains("\"https://registry.npmjs.org/", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Contracts_carries_no_package_at_all() =>
        Document("src/Contracts/Contracts.csproj").Descendants("PackageReference").ShouldBeEmpty();

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = new SourceFile("Pipeline.sln").Text;

        Projects()
            .Where(p => !OutsideTheSolution.Any(folder => p.Path.StartsWith(folder, StringComparison.Ordinal)))
            .Where(p => !solution.Contains($"\"{p.Path.Replace('/', '\\')}\"", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Package_versions_stand_in_one_place_only() => Projects()
        .Where(p => Document(p.Path).Descendants("PackageReference").Any(r => r.Attribute("Version") is not null || r.Attribute("VersionOverride") is not null))
        .ShouldBeEmpty();

    /// <summary>From this version on they want a paid licence.</summary>
    [Theory]
    [InlineData("MassTransit", 9)]
    [InlineData("SixLabors.ImageSharp", 3)]
    public void Packages_stay_below_the_version_that_wants_a_paid_licence(string package, int paid)
    {
        var versions = Document("Directory.Packages.props");
        var version = versions.Descendants("PackageVersion").Single(p => p.Attribute("Include")!.Value == package).Attribute("Version")!.Value;
        if (version.StartsWith("$(", StringComparison.Ordinal)) version = versions.Descendants(version[2..^1]).Single().Value;

        Version.Parse(version).Major.ShouldBeLessThan(paid);
    }

    /// <summary>ImageSharp has known flaws with hostile images, so it reads only what we made, in tests.</summary>
    [Fact]
    public void No_program_refers_to_ImageSharp() => Projects()
        .Where(p => p.Path.StartsWith("src/", StringComparison.Ordinal))
        .Where(p => p.Text.Contains("ImageSharp", StringComparison.Ordinal) || References(p).Contains("TestKit"))
        .ShouldBeEmpty();

    private static IEnumerable<SourceFile> Projects() => Repository.Files.Where(f => f.Path.EndsWith(".csproj", StringComparison.Ordinal));

    private static string Name(SourceFile project) => Path.GetFileNameWithoutExtension(project.Path);

    private static List<string> References(SourceFile project) =>
        [.. Document(project.Path).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value))];

    private static XDocument Document(string path) => XDocument.Load(Path.Combine(Repository.Root, path));
}
