using System.Security.Cryptography;
using Pipeline.Contracts;
using Pipeline.Processor.Tests.Imaging;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Isolation;

public sealed class DecoderImageEngineTests
{
    [Fact]
    public async Task What_a_decoder_renders_is_byte_for_byte_what_is_rendered_in_process()
    {
        await using var bench = new DecoderBench();
        using var workbench = new Workbench();
        var photo = bench.Photos.Photo("photo.jpg", 1500, 900);
        var here = await workbench.Render(photo);

        var judged = await bench.Render(photo);

        judged.Rejection.ShouldBeNull();
        var there = judged.Value;
        there.Placeholder.ShouldBe(here.Placeholder);
        there.Engine.ShouldBe(workbench.Engine.Version);
        there.Variants.Select(v => v with { Path = "" }).ShouldBe(here.Variants.Select(v => v with { Path = "" }));
        foreach (var variant in there.Variants)
        {
            var bytes = await File.ReadAllBytesAsync(variant.Path);
            bytes.LongLength.ShouldBe(variant.Bytes);
            Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(variant.Sha256);
        }
    }

    [Fact]
    public async Task A_file_that_is_at_fault_is_rejected_as_in_process()
    {
        await using var bench = new DecoderBench();
        var photo = bench.Photos.Photo("good.jpg", 700, 500);
        var cut = bench.Photos.Write("cut.jpg", (await File.ReadAllBytesAsync(photo)).AsSpan(0, 9_000));
        var text = bench.Photos.Write("text.jpg", "no image"u8);

        (await bench.Render(cut)).Rejection?.Code.ShouldBe(RejectionCode.Corrupt);
        (await bench.Render(text)).Rejection?.Code.ShouldBe(RejectionCode.UnsupportedType);
        (await bench.Render(photo)).Rejection.ShouldBeNull();
    }

    [Fact]
    public async Task The_same_decoder_works_on_as_long_as_one_image_comes_at_a_time()
    {
        await using var bench = new DecoderBench();
        await bench.Pool.StartAsync(CancellationToken.None);
        var first = bench.Processes().ShouldHaveSingleItem();

        await bench.Render(bench.Photos.Photo("one.jpg", 300, 200));
        await bench.Render(bench.Photos.Photo("two.jpg", 300, 200));

        bench.Processes().ShouldBe([first]);
        bench.Engine.Version.ShouldStartWith("pipeline-7 libvips-");
    }

    [Fact]
    public async Task A_decoder_is_replaced_after_so_many_questions()
    {
        await using var bench = new DecoderBench(new() { Children = 1, RecycleAfter = 4 });
        await bench.Pool.StartAsync(CancellationToken.None);
        var first = bench.Processes().ShouldHaveSingleItem();
        var photo = bench.Photos.Photo("one.jpg", 300, 200);

        (await bench.Render(photo)).Rejection.ShouldBeNull();
        (await bench.Render(photo)).Rejection.ShouldBeNull();

        bench.Processes().ShouldNotContain(first);
    }

    /// <summary>The start of a decoder takes long while others are busy, and the next image had to wait for it.</summary>
    [Fact]
    public async Task A_decoder_that_is_started_ahead_has_made_a_picture_before_somebody_waits_for_it()
    {
        await using var bench = new DecoderBench(new() { Children = 3 });
        var photo = bench.Photos.Photo("photo.jpg", 300, 200);
        await using var one = (await bench.Engine.OpenAsync(photo, default)).Value;
        await using var two = (await bench.Engine.OpenAsync(photo, default)).Value;

        var third = await bench.Crew.TakeAsync(fresh: false, CancellationToken.None);

        third.Asked.ShouldBe(2, "it has looked at one and has rendered it");
        Directory.EnumerateFiles(third.Folder.InPath).Concat(Directory.EnumerateFiles(third.Folder.OutPath)).ShouldBeEmpty();
        await bench.Crew.ReturnAsync(third, reusable: true);
    }

    [Fact]
    public async Task While_all_decoders_are_at_work_one_more_is_ready_for_who_comes_next()
    {
        await using var bench = new DecoderBench(new() { Children = 3 });
        var photo = bench.Photos.Photo("one.jpg", 300, 200);
        await using var one = (await bench.Engine.OpenAsync(photo, default)).Value;
        bench.Processes().ShouldHaveSingleItem();

        await using var two = (await bench.Engine.OpenAsync(photo, default)).Value;
        await Eventually.True(() => bench.Processes().Count == 3, "one more starts");
        var ready = bench.Processes();
        await using var three = (await bench.Engine.OpenAsync(photo, default)).Value;

        bench.Processes().ShouldBe(ready, ignoreOrder: true);
    }
}
