using Pipeline.Contracts;
using Pipeline.Imaging;
using Pipeline.Imaging.Codecs;
using Pipeline.Imaging.Headers;
using Pipeline.Imaging.Isolation;
using Pipeline.Imaging.Profiles;
using Pipeline.Imaging.Vips;
using Pipeline.Processor.Tests.Isolation;
using Pipeline.TestKit;
using Pipeline.TestKit.Images;

namespace Pipeline.Processor.Tests.Imaging;

/// <summary>Images composed of others: a valid one is shown, and no invalid one makes the worker fail or keeps it busy.</summary>
public sealed class HeifGridTests(HeifGridTests.Decoder decoder) : IClassFixture<HeifGridTests.Decoder>
{
    private const int Side = 128;

    private static readonly ImageLimits Limits = new() { Inputs = ["jpeg", "heic", "avif"] };

    private readonly DecoderBench _bench = decoder.Bench;

    public static TheoryData<string, string> Hostile()
    {
        var data = new TheoryData<string, string>();
        foreach (var brand in new[] { "avif", "heic" })
            foreach (var name in Grids(new HeifGrid([], brand, (Side, Side))).Select(grid => grid.Name))
                data.Add(brand, name);
        return data;
    }

    [Theory]
    [InlineData("avif")]
    [InlineData("heic")]
    public async Task An_honest_grid_is_shown_whole(string brand)
    {
        var rendering = (await Render(Honest(brand))).Value;

        var largest = rendering.Variants[^1];
        (largest.Width, largest.Height).ShouldBe((Side * 2, Side * 2));
        Photos.MeanColour(largest.Path, 200, 200, 8)[0].ShouldBe(200, 12);
    }

    [Theory]
    [InlineData("avif")]
    [InlineData("heic")]
    public async Task A_photo_in_tiles_as_a_phone_writes_them_is_shown_whole(string brand)
    {
        var photo = Honest(brand, side: 512) with { Columns = 8, Rows = 6, Claimed = (4032, 3024), Output = (4032, 3024) };

        var rendering = (await Render(photo)).Value;

        var largest = rendering.Variants[^1];
        (largest.Width, largest.Height).ShouldBe((2048, 1536));
        Photos.MeanColour(largest.Path, 2040, 1528, 8)[0].ShouldBe(200, 12);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task One_that_lies_is_rejected_or_shown_and_never_a_fault_of_ours(string brand, string name)
    {
        var file = Grids(Honest(brand)).Single(grid => grid.Name == name).Grid.Build();

        // Any exception is a fault of ours.
        var rejection = (await _bench.Render(_bench.Photos.Write($"grid.{brand}", file))).Rejection;

        if (rejection is not null)
            ((string[])[RejectionCode.Corrupt, RejectionCode.TooManyPixels, RejectionCode.DecodeTimeout]).ShouldContain(rejection.Code);
    }

    [Theory]
    [InlineData("itself")]
    [InlineData("thousands of pieces of metadata")]
    [InlineData("packed metadata")]
    [InlineData("tiles that claim far more than the whole")]
    public void What_costs_most_is_refused_before_a_decoder_sees_it(string name) =>
        HeifGuard.Find(Grids(Honest("avif")).Single(grid => grid.Name == name).Grid.Build(), 400).ShouldNotBeNull();

    // libheif follows the last description of the images, and only the first one was checked.
    [Theory]
    [InlineData("itself", "honest")]
    [InlineData("honest", "itself")]
    [InlineData("honest", "packed metadata")]
    [InlineData("honest", "thousands of pieces of metadata")]
    public async Task A_second_description_of_the_images_is_checked_too(string first, string last)
    {
        byte[] Named(string name) => name == "honest" ? Honest("avif").Build() : Grids(Honest("avif")).Single(grid => grid.Name == name).Grid.Build();
        var file = _bench.Photos.Write("two.avif", [.. Named(first), .. Named(last)]);

        (await _bench.Engine.InspectAsync(file, CancellationToken.None)).Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.Corrupt);
    }

    [Fact]
    public async Task A_file_with_another_one_behind_it_is_shown()
    {
        var honest = Honest("avif").Build();

        (await _bench.Render(_bench.Photos.Write("two.avif", [.. honest, .. honest]))).Rejection.ShouldBeNull();
    }

    [Fact]
    public void Images_without_number_are_refused()
    {
        byte[] Property(int item) => [(byte)(item >> 8), (byte)item, 1, 1];
        byte[] size = [0, 0, 0, 20, .. "ispe"u8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
        byte[] Meta(int items)
        {
            byte[] list = [.. Number(size.Length + 8), .. "ipco"u8, .. size];
            byte[] owners = [.. Number(16 + (4 * items)), .. "ipma"u8, 0, 0, 0, 0, .. Number(items), .. Enumerable.Range(1, items).SelectMany(Property)];
            return [.. Number(list.Length + owners.Length + 8), .. "iprp"u8, .. list, .. owners];
        }

        HeifItems.Read(Meta(4_096), 4_096, 10).ShouldNotBeNull();
        HeifItems.Read(Meta(4_097), 4_096, 10).ShouldBeNull();
    }

    [Fact]
    public void An_honest_grid_is_followed_within_its_bytes_wherever_it_is_cut()
    {
        var whole = Honest("avif").Build();

        HeifGuard.Find(whole, 400).ShouldBeNull();
        for (var length = 0; length < whole.Length; length++)
            _ = HeifGuard.Find(whole.AsSpan(0, length), 400);
    }

    private static byte[] Number(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static IEnumerable<(string Name, HeifGrid Grid)> Grids(HeifGrid honest) =>
    [
        ("more tiles than are named", honest with { Named = 1 }),
        ("no tile", honest with { Named = 0 }),
        ("tiles beyond the grid", honest with { Named = 40 }),
        ("itself", honest with { Recursive = true }),
        ("one tile 10,000 times", honest with { Rows = 100, Columns = 100, OneTileForAll = true }),
        ("one tile 65,536 times in a small picture", honest with
        {
            Rows = 256, Columns = 256, Named = 65_535, OneTileForAll = true, Claimed = (64, 64), Output = (64, 64), ClaimedTile = (1, 1),
        }),
        ("a whole that is smaller than its tiles", honest with { Claimed = (16, 16) }),
        ("a whole that is larger than its tiles", honest with { Claimed = (4_000, 4_000), Output = (4_000, 4_000) }),
        ("a description that is larger than the whole", honest with { Output = (30_000, 30_000) }),
        ("a description of four billion", honest with { Output = (int.MaxValue, int.MaxValue) }),
        ("a description of nothing", honest with { Output = (0, 0) }),
        ("tiles that claim less than they hold", honest with { ClaimedTile = (1, 1) }),
        ("tiles that claim far more than the whole", honest with { ClaimedTile = (30_000, 30_000) }),
        ("an overlay", honest with { Kind = "iovl" }),
        ("an overlay on a canvas of 30,000", honest with { Kind = "iovl", Output = (30_000, 30_000), Claimed = (30_000, 30_000) }),
        ("an overlay of one tile 10,000 times", honest with { Kind = "iovl", Named = 10_000, OneTileForAll = true }),
        ("an identity", honest with { Kind = "iden", Named = 1 }),
        ("an identity of itself", honest with { Kind = "iden", Named = 1, Recursive = true }),
        ("thousands of pieces of metadata", honest with { PiecesOfMetadata = 10_000 }),
        ("packed metadata", honest with { Packing = "deflate" }),
    ];

    private static HeifGrid Honest(string brand, int side = Side)
    {
        using var bitmap = SomeAnimation.Filled(side, side, [200, 60, 30]);
        if (brand == "avif")
        {
            using var avif = AvifEncoder.Encode(bitmap, 90, 0, CancellationToken.None);
            return new HeifGrid(avif.Bytes.ToArray(), brand, (side, side));
        }

        VipsHeif.Start();
        using var image = VipsImage.Over(bitmap);
        using var heic = new VipsOperation("heifsave_buffer", "compression=hevc,bitdepth=8,subsample_mode=on,effort=0,Q=80,strip=true").With("in", image).RunToBytes();
        return new HeifGrid(heic.Bytes.ToArray(), brand, (side, side));
    }

    private Task<StepResult<Rendering>> Render(HeifGrid grid) =>
        _bench.Render(_bench.Photos.Write($"honest.{grid.Brand}", grid.Build()), new Profile { Widths = [2048] });

    /// <summary>One engine for all images, as in a worker, so that leftovers of one image would affect the next.</summary>
    public sealed class Decoder : IAsyncLifetime
    {
        public DecoderBench Bench { get; } = new(new DecoderOptions { Children = 1, CpuSeconds = 8 }, limits: Limits);

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync() => await Bench.DisposeAsync();
    }
}
