using System.Buffers.Binary;
using Pipeline.Imaging.Colours;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging;

public sealed class SrgbProfileTests : IDisposable
{
    private readonly Workbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Tables_and_formulas_of_srgb_are_recognised()
    {
        SrgbProfile.Is(IccProfile.Srgb()).ShouldBeTrue();
        SrgbProfile.Is(IccProfile.Srgb(asFormula: true)).ShouldBeTrue();
    }

    [Fact]
    public void Other_spaces_are_not()
    {
        SrgbProfile.Is(IccProfile.DisplayP3()).ShouldBeFalse();
        SrgbProfile.Is(IccProfile.LinearGrey()).ShouldBeFalse();
        SrgbProfile.Is(IccProfile.CmykToRgb()).ShouldBeFalse();
        SrgbProfile.Is(IccProfile.Srgb(gamma: 2.2)).ShouldBeFalse();
        SrgbProfile.Is(IccProfile.Srgb(redX: 0.5151)).ShouldBeFalse();
    }

    // Tables of colours count more than primaries and curves.
    [Fact]
    public void A_profile_with_tables_of_colours_is_not()
    {
        var profile = IccProfile.Srgb();
        var copyright = profile.AsSpan().IndexOf("cprt"u8);
        "A2B0"u8.CopyTo(profile.AsSpan(copyright));

        SrgbProfile.Is(profile).ShouldBeFalse();
    }

    [Fact]
    public void Broken_profiles_are_not_and_none_harms()
    {
        var whole = IccProfile.Srgb();
        var other = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var random = new Random(i);
            var profile = (byte[])[.. whole];
            for (var change = 0; change < 3; change++) profile[random.Next(256)] = (byte)random.Next(256);
            other += SrgbProfile.Is(profile.AsSpan(0, random.Next(4) == 0 ? random.Next(profile.Length) : profile.Length)) ? 0 : 1;
        }

        other.ShouldBeGreaterThan(1_000);
        SrgbProfile.Is([]).ShouldBeFalse();
        var huge = (byte[])[.. whole];
        BinaryPrimitives.WriteUInt32BigEndian(huge.AsSpan(128), uint.MaxValue);
        Should.NotThrow(() => SrgbProfile.Is(huge));
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    public async Task A_photo_with_such_a_profile_comes_out_as_without_it(string extension)
    {
        var plain = _bench.Photos.Photo($"plain.{extension}", 300, 200);
        var tagged = _bench.Photos.Path($"tagged.{extension}");
        File.Copy(plain, tagged);
        Photos.Tag(tagged, $"-icc_profile<={_bench.Photos.Write("srgb.icc", IccProfile.Srgb())}");

        var (expected, expectedWebp) = await _bench.RenderOne(plain, 150);
        var (actual, actualWebp) = await _bench.RenderOne(tagged, 150);

        new FileInfo(tagged).Length.ShouldBeGreaterThan(new FileInfo(plain).Length + 500);
        (await File.ReadAllBytesAsync(actual)).ShouldBe(await File.ReadAllBytesAsync(expected));
        (await File.ReadAllBytesAsync(actualWebp)).ShouldBe(await File.ReadAllBytesAsync(expectedWebp));
    }
}
