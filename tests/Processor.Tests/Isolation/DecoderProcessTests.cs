namespace Pipeline.Processor.Tests.Isolation;

/// <summary>A decoder as the kernel sees it.</summary>
public sealed class DecoderProcessTests : IAsyncLifetime
{
    private readonly DecoderBench _bench = new();
    private int _process;

    public async Task InitializeAsync()
    {
        await _bench.Pool.StartAsync(CancellationToken.None);
        (await _bench.Render(_bench.Photos.Photo("photo.jpg", 300, 200))).Rejection.ShouldBeNull();
        _process = _bench.Processes().ShouldHaveSingleItem();
    }

    [Fact]
    public void It_has_nothing_of_the_environment_of_its_worker()
    {
        Environment.GetEnvironmentVariables().Keys.Cast<string>().ShouldContain("PATH", "or this test shows nothing");

        var names = File.ReadAllText($"/proc/{_process}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0]);

        names.Except(["LD_LIBRARY_PATH"]).ShouldBe(
        [
            "DOTNET_ROOT", "HOME", "DOTNET_EnableDiagnostics", "DOTNET_gcServer", "DOTNET_gcConcurrent", "DOTNET_GCHeapHardLimit",
            "DOTNET_TieredPGO", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "VIPS_WARNING",
        ], ignoreOrder: true);
    }

    [Fact]
    public void Every_thread_of_it_is_in_the_sandbox()
    {
        // A container may already have a filter; ours are two more.
        var own = Field("/proc/self", "Seccomp_filters");
        foreach (var thread in Directory.GetDirectories($"/proc/{_process}/task"))
        {
            Field(thread, "NoNewPrivs").ShouldBe(1);
            Field(thread, "Seccomp").ShouldBe(2);
            Field(thread, "Seccomp_filters").ShouldBe(own + 2);
        }
    }

    [Fact]
    public void It_has_limits()
    {
        var limits = File.ReadAllLines($"/proc/{_process}/limits");

        Limit("Max data size").ShouldBe((1280L * 1024 * 1024).ToString());
        Limit("Max core file size").ShouldBe("0");
        Limit("Max file size").ShouldBe((256L * 1024 * 1024).ToString());
        Limit("Max open files").ShouldBe("256");
        int.Parse(Limit("Max cpu time")).ShouldBeInRange(4, 60);

        string Limit(string name) => limits.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
    }

    [Fact]
    public void It_has_no_descriptor_of_its_worker_but_its_three_pipes() => Directory.GetFiles($"/proc/{_process}/fd")
        .Select(path => new FileInfo(path).LinkTarget ?? string.Empty)
        .Where(target => target.StartsWith("socket:", StringComparison.Ordinal) || target.StartsWith(_bench.Photos.Folder, StringComparison.Ordinal)
            || target.EndsWith("/lock", StringComparison.Ordinal))
        .ShouldBeEmpty();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task It_leaves_polite_signals_to_its_worker(string signal)
    {
        DecoderBench.Signal(_process, signal);

        (await _bench.Render(_bench.Photos.Photo("next.jpg", 300, 200))).Rejection.ShouldBeNull();
        _bench.Processes().ShouldBe([_process]);
    }

    [Fact]
    public void Nothing_is_left_in_its_folder_after_an_image() =>
        Directory.GetFiles(_bench.WorkFolder, "*", SearchOption.AllDirectories).ShouldAllBe(path => path.EndsWith("/lock", StringComparison.Ordinal));

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    private static int Field(string process, string name) => int.Parse(File.ReadLines($"{process}/status")
        .First(line => line.StartsWith($"{name}:", StringComparison.Ordinal)).Split(':')[1]);
}
