using Pipeline.TestKit;

namespace Pipeline.Cli.Tests;

public sealed class CapacityCommandTests : IDisposable
{
    private const string Measured = """
        {"source": "box, 8 cores", "worker": {"base": 0.5, "perMegapixel": 0.25}, "scanner": {"base": 0}, "api": {"base": 0.07}, "database": {"base": 0.014}, "broker": {"base": 0.007},
         "walBytes": {"base": 50000}, "messages": {"base": 7}, "classA": {"base": 11}, "classB": {"base": 13},
         "originalBytes": {"base": 0, "perMegapixel": 100000}, "variantBytes": {"base": 1000000}}
        """;

    private readonly CliRun _run = new();
    private readonly TempFolder _folder = new();

    public CapacityCommandTests() => _run.Variables["HOME"] = _folder.Path;

    public void Dispose()
    {
        _run.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_formula_is_that_of_the_docs()
    {
        File.WriteAllText(_folder["rates.json"], Measured);
        (await _run.RunAsync("capacity", "--uploads-per-second", "1000", "--megapixels", "2", "--figures", _folder["rates.json"], "--json")).ShouldBe(ExitCode.Done);

        Need("workers", "cores").ShouldBe(1000 * (0.5 + (0.25 * 2)) / 0.7, 1e-6);
        Need("API", "cores").ShouldBe(100, 1e-6);
        Need("API", "instances").ShouldBe(2);
        Need("PostgreSQL", "MB/s of WAL").ShouldBe(50, 1e-6);
        Need("PostgreSQL", "GB of WAL a day").ShouldBe(4_320, 1e-6);
        Need("RabbitMQ", "messages/s").ShouldBe(7_000, 1e-6);
        Need("store", "writes/s").ShouldBe(11_000, 1e-6);
        Need("store", "GB more a day").ShouldBe(1000 * 1.2e6 * 86_400 / 1e9, 1e-6);

        // 28.5 billion writes at $5.00 a million and 33.7 billion reads at $0.40.
        var s3 = _run.Document.GetProperty("month")[0];
        s3.GetProperty("requests").GetDecimal().ShouldBe((11_000m * 2_592_000 / 1_000_000 * 5.00m) + (13_000m * 2_592_000 / 1_000_000 * 0.40m));
        s3.GetProperty("storage").GetDecimal().ShouldBe(1000m * 1.2m * 2_592_000 / 1000 * 0.023m);
        _run.Document.GetProperty("measured").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task The_rates_of_this_machine_are_found_beside_the_config_file()
    {
        Directory.CreateDirectory(_folder[".config/pipeline"]);
        File.WriteAllText(_folder[".config/pipeline/capacity.json"], Measured);
        (await _run.RunAsync("capacity", "--uploads-per-second", "1", "--megapixels", "12")).ShouldBe(ExitCode.Done);
        _run.Out.ShouldContain("by the rates of box, 8 cores");
        _run.Out.ShouldNotContain("was not measured");

        (await _run.RunAsync("capacity", "--uploads-per-second", "1", "--megapixels", "12", "--reference")).ShouldBe(ExitCode.Done);
        _run.Out.ShouldContain("by the reference rates of docs/performance.md");
    }

    [Fact]
    public async Task Without_a_measurement_it_says_so_and_needs_no_server()
    {
        _run.Variables.Remove("PIPELINE_TOKEN");
        (await _run.RunAsync("capacity", "--uploads-per-second", "0.5", "--megapixels", "12")).ShouldBe(ExitCode.Done);
        _run.Out.ShouldContain("This machine was not measured: ./bench.sh capacity writes its rates.");
    }

    [Theory]
    [InlineData("0", "12")]
    [InlineData("-1", "12")]
    [InlineData("many", "12")]
    [InlineData("1e3", "12")]
    [InlineData("1000001", "12")]
    [InlineData("10", "0")]
    [InlineData("10", "NaN")]
    public async Task Rates_that_are_none_are_refused(string uploads, string megapixels)
    {
        (await _run.RunAsync("capacity", "--uploads-per-second", uploads, "--megapixels", megapixels)).ShouldBe(ExitCode.Usage);
        _run.Error.ShouldContain("must be a number above 0");
    }

    [Fact]
    public async Task Both_rates_are_needed()
    {
        (await _run.RunAsync("capacity", "--megapixels", "12")).ShouldBe(ExitCode.Usage);
        _run.Error.ShouldContain("--uploads-per-second");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"source\": \"box\"}")]
    [InlineData("null")]
    [InlineData("not json")]
    public async Task A_file_that_no_measurement_wrote_is_named(string content)
    {
        File.WriteAllText(_folder["rates.json"], content);
        (await _run.RunAsync("capacity", "--uploads-per-second", "1", "--megapixels", "1", "--figures", _folder["rates.json"])).ShouldBe(ExitCode.Usage);
        _run.Error.ShouldContain("rates.json");
    }

    [Theory]
    [InlineData("\"base\": 0.5", "\"base\": -0.5")]
    [InlineData("\"perMegapixel\": 0.25", "\"perMegapixel\": 1e300")]
    public async Task A_cost_that_is_none_is_refused(string part, string other)
    {
        File.WriteAllText(_folder["rates.json"], Measured.Replace(part, other, StringComparison.Ordinal));
        (await _run.RunAsync("capacity", "--uploads-per-second", "1", "--megapixels", "1", "--figures", _folder["rates.json"])).ShouldBe(ExitCode.Usage);
        _run.Error.ShouldContain("Measure again");
    }

    /// <summary>Each table of the docs is what the verb prints.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task The_tables_of_the_docs_are_what_the_verb_prints(int uploads)
    {
        var command = $"pipeline capacity --uploads-per-second {uploads} --megapixels 12 --reference";
        var docs = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "operations.md"));
        var printed = docs.SkipWhile(line => line != $"    $ {command}").Skip(1).TakeWhile(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line[4..]).ToList();

        (await _run.RunAsync(command.Split(' ')[1..])).ShouldBe(ExitCode.Done);

        printed.ShouldBe(_run.Out.TrimEnd('\n').Split('\n'));
    }

    private double Need(string part, string unit) =>
        _run.Document.GetProperty("needs").EnumerateArray().Single(need => need.GetProperty("part").GetString() == part && need.GetProperty("unit").GetString() == unit).GetProperty("amount").GetDouble();
}
