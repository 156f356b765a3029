using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Profiles;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Isolation;

/// <summary>Time and CPU of an image, summed over all requests to a decoder.</summary>
public sealed class ImageBudgetTests : IDisposable
{
    private readonly TempFolder _scripts = new();

    [Theory]
    [InlineData("zTXt")]
    [InlineData("iTXt")]
    public async Task Packed_texts_of_gigabytes_cost_nothing_and_harm_no_photo(string chunk)
    {
        await using var bench = new DecoderBench(new() { Children = 1, CpuSeconds = 5 });
        var png = new PngBuilder(64, 64);
        var text = PngBuilder.PackedText(chunk, 100_000_000);
        for (var i = 0; i < 95; i++) png.With(chunk, text);

        (await bench.Render(bench.Photos.Write("bomb.png", png.Build()))).Rejection.ShouldBeNull();
    }

    [Theory]
    [InlineData(0xFE)]
    [InlineData(0xE4)]
    public async Task Hundreds_of_thousands_of_empty_segments_cost_nothing_and_harm_no_photo(byte marker)
    {
        await using var bench = new DecoderBench(new() { Children = 1, CpuSeconds = 5 });
        var photo = await File.ReadAllBytesAsync(bench.Photos.Photo("photo.jpg", 64, 64));

        (await bench.Render(bench.Photos.Write("bomb.jpg", JpegBuilder.WithSegments(photo, marker, [], 500_000)))).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task The_look_at_the_header_and_the_rendering_share_one_budget_of_cpu()
    {
        await using var bench = Bench(new() { Children = 1, CpuSeconds = 3 });
        var path = bench.Photos.Write("source", "no image, which the script does not mind"u8);
        await using var image = (await bench.Engine.OpenAsync(path, CancellationToken.None)).Value;

        // Each request alone is below the limit.
        var judged = await image.RenderAsync(new RenderRequest(path, image.Facts, new Profile(), bench.Photos.Folder), CancellationToken.None);

        judged.Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.DecodeTimeout);
    }

    [Fact]
    public async Task A_small_file_may_take_less_cpu_than_a_large_one()
    {
        await using var bench = new DecoderBench(new() { Children = 1, CpuSecondsPerMegabyte = 1 });
        // Several seconds of work, also on a fast processor.
        var profile = new Profile { Widths = [4000, 3900, 3800, 3700, 3600], WebpQuality = 100 };
        var small = bench.Photos.Make("small.jpg", "-size", "4000x4000", "-seed", "7", "plasma:fractal", "-quality", "20");
        var large = bench.Photos.Write("large.jpg", [.. await File.ReadAllBytesAsync(small), .. new byte[60_000_000]]);

        (await bench.Render(small, profile)).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.DecodeTimeout);
        (await bench.Render(large, profile)).Rejection.ShouldBeNull();
    }

    public void Dispose() => _scripts.Dispose();

    /// <summary>A decoder that takes two CPU-seconds or more for each request.</summary>
    private DecoderBench Bench(DecoderOptions options)
    {
        File.WriteAllText(_scripts["decoder.sh"], """
            printf '%s\n' '{"Hello":{"Version":"scripted 1","Protection":{"Calls":true,"Files":true,"Sealed":true}}}'
            used() { read -r -a stat < /proc/self/stat; spent=$((stat[13] + stat[14])); }
            while read -r request; do
                used
                until=$((spent + 220))
                while [ $spent -lt $until ]; do
                    for ((i = 0; i < 20000; i++)); do :; done
                    used
                done
                printf '%s\n' '{"Facts":{"ContentType":"image/jpeg","Width":320,"Height":200,"Frames":1}}'
            done
            """);
        return new DecoderBench(options, new DecoderProgram("/bin/bash", [_scripts["decoder.sh"]], [_scripts.Path]));
    }
}
