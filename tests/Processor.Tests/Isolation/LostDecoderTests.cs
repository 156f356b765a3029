using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Isolation.Kernel;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>Decoders that end, hang or exceed limits: each fails at most the image in work.</summary>
public sealed class LostDecoderTests
{
    [Fact]
    public async Task An_image_over_which_one_decoder_crashes_is_rendered_by_the_next()
    {
        await using var bench = new DecoderBench();
        var rendering = bench.Render(bench.SlowPhoto(), DecoderBench.Slow);

        await bench.Crash(await bench.AtWork());

        (await rendering).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task An_image_over_which_two_decoders_crash_is_rejected_and_the_next_one_is_rendered()
    {
        await using var bench = new DecoderBench();
        var rendering = bench.Render(bench.SlowPhoto(), DecoderBench.Slow);

        var first = await bench.AtWork();
        await bench.Crash(first);
        await bench.Crash(await bench.AtWork(but: first));

        (await rendering).Rejection?.Code.ShouldBe(RejectionCode.DecoderCrashed);
        (await bench.Render(bench.Photos.Photo("next.jpg", 300, 200))).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task An_image_over_which_two_decoders_are_killed_is_not_to_blame_and_the_next_one_is_rendered()
    {
        await using var bench = new DecoderBench();
        var rendering = bench.Render(bench.SlowPhoto(), DecoderBench.Slow);

        var first = await bench.AtWork();
        DecoderBench.Signal(first, "KILL");
        DecoderBench.Signal(await bench.AtWork(but: first), "KILL");

        (await Should.ThrowAsync<DecoderException>(rendering)).Message.ShouldContain("memory");
        (await bench.Render(bench.Photos.Photo("next.jpg", 300, 200))).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task A_decoder_that_hangs_is_ended_when_the_time_is_up()
    {
        var time = new Scanning.ManualTime();
        await using var bench = new DecoderBench(time: time);
        var rendering = bench.Render(bench.SlowPhoto(), DecoderBench.Slow);

        var hung = await bench.AtWork();
        DecoderBench.Signal(hung, "STOP");
        time.Advance(TimeSpan.FromSeconds(new ImageLimits().MaxSeconds + 2));

        (await rendering).Rejection?.Code.ShouldBe(RejectionCode.DecodeTimeout);
        bench.Processes().ShouldNotContain(hung);
        (await bench.Render(bench.Photos.Photo("next.jpg", 300, 200))).Rejection.ShouldBeNull();
    }

    [Theory]
    [InlineData(31, true)]
    [InlineData(29, false)]
    public async Task An_overloaded_machine_rejects_no_image(int stalledSeconds, bool isOverloaded)
    {
        var time = new Scanning.ManualTime();
        var stalled = TimeSpan.FromHours(1);
        await using var bench = new DecoderBench(time: time, pressure: new CpuPressure(() => stalled));
        var rendering = bench.Render(bench.SlowPhoto(), DecoderBench.Slow);

        var starved = await bench.AtWork();
        DecoderBench.Signal(starved, "STOP");
        stalled += TimeSpan.FromSeconds(stalledSeconds);
        time.Advance(TimeSpan.FromSeconds(new ImageLimits().MaxSeconds + 2));

        if (isOverloaded) (await Should.ThrowAsync<ProcessingFaultException>(rendering)).Code.ShouldBe(FailureCode.WorkerOverloaded);
        else (await rendering).Rejection?.Code.ShouldBe(RejectionCode.DecodeTimeout);
        bench.Processes().ShouldNotContain(starved);
    }

    [Fact]
    public async Task An_image_that_used_the_processor_is_at_fault_also_on_an_overloaded_machine()
    {
        var stalls = 0;
        await using var bench = new DecoderBench(
            new() { Children = 1, CpuSeconds = 1 }, pressure: new CpuPressure(() => TimeSpan.FromHours(Interlocked.Increment(ref stalls))));

        (await bench.Render(bench.SlowPhoto(), DecoderBench.Slow)).Rejection?.Code.ShouldBe(RejectionCode.DecodeTimeout);
    }

    [Theory]
    [InlineData("some avg10=99.22 avg60=99.35 avg300=97.86 total=1712946521\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n", 1712.946521)]
    [InlineData("full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n", null)]
    [InlineData("some avg10=0.00 total=x", null)]
    [InlineData("", null)]
    public void The_pressure_is_read_as_the_kernel_tells_it(string text, double? seconds) => (CpuPressure.Parse(text)?.TotalSeconds).ShouldBe(seconds);

    [Fact]
    public async Task A_decoder_whose_work_is_cancelled_is_ended()
    {
        await using var bench = new DecoderBench();
        using var cancelled = new CancellationTokenSource();
        var rendering = bench.Render(bench.SlowPhoto(), DecoderBench.Slow, cancelled.Token);

        var busy = await bench.AtWork();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(rendering);
        bench.Processes().ShouldNotContain(busy);
    }

    [Fact]
    public async Task A_decoder_that_died_while_it_was_idle_costs_no_image()
    {
        await using var bench = new DecoderBench();
        await bench.Pool.StartAsync(CancellationToken.None);

        DecoderBench.Signal(bench.Processes().ShouldHaveSingleItem(), "KILL");

        (await bench.Render(bench.Photos.Photo("next.jpg", 300, 200))).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task An_image_that_takes_more_memory_than_a_decoder_has_is_rejected()
    {
        await using var bench = new DecoderBench(new() { Children = 1, MemoryMegabytes = 200 });
        var large = bench.Photos.Make("large.png", "-size", "6000x4000", "gradient:red-blue", "-depth", "16", "-define", "png:bit-depth=16",
            "-define", "png:compression-level=1", "-interlace", "PNG");

        (await bench.Render(large)).Rejection?.Code.ShouldBe(RejectionCode.DecoderCrashed);
        (await bench.Render(bench.Photos.Photo("next.jpg", 300, 200))).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task An_image_that_takes_more_cpu_than_a_decoder_has_is_rejected()
    {
        await using var bench = new DecoderBench(new() { Children = 1, CpuSeconds = 1 });

        (await bench.Render(bench.SlowPhoto(), DecoderBench.Slow)).Rejection?.Code.ShouldBe(RejectionCode.DecodeTimeout);
        (await bench.Render(bench.Photos.Photo("next.jpg", 300, 200))).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task Stopping_ends_all_decoders()
    {
        await using var bench = new DecoderBench();
        await bench.Pool.StartAsync(CancellationToken.None);
        bench.Processes().ShouldNotBeEmpty();

        await bench.Pool.StopAsync(CancellationToken.None);

        await Eventually.True(() => bench.Processes().Count == 0, "they end");
    }
}
