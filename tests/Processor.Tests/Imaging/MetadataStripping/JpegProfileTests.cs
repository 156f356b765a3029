using System.Buffers.Binary;
using Pipeline.TestKit;

namespace Pipeline.Processor.Tests.Imaging.MetadataStripping;

public sealed class JpegProfileTests : IDisposable
{
    private readonly Photos _photos = new();

    [Theory]
    [InlineData(0)]
    [InlineData(70_000)]
    [InlineData(300_000)]
    public void A_profile_is_kept_however_many_pieces_it_needs(int padding)
    {
        var profile = Profile(padding);
        var source = WithProfile(profile);

        var clean = Cleaned.Of(source);

        clean.ShouldLookLike(source);
        Cleaned.Tags(_photos.Write("clean.jpg", clean)).ShouldContain("ICC_Profile:ProfileDescription");
        (clean.Length - Cleaned.Of(Photo()).Length).ShouldBe(profile.Length + (18 * ((profile.Length / 65_519) + 1)));
    }

    [Fact]
    public void Pieces_in_the_wrong_order_are_put_right()
    {
        var profile = Profile(100_000);

        var clean = Cleaned.Of(CraftedJpeg.WithFirst(Photo(), [.. Piece(2, 2, profile[50_000..]), .. Piece(1, 2, profile[..50_000])]));

        clean.ShouldBe(Cleaned.Of(WithProfile(profile)));
    }

    // As in browsers.
    [Fact]
    public void What_follows_the_last_missing_piece_does_not_count()
    {
        var profile = Profile(0);
        var (first, second) = (profile[..200], profile[200..]);
        foreach (var behind in (byte[][])[Piece(2, 2, first), Piece(0, 2, first), Piece(3, 2, first), Piece(1, 3, first)])
        {
            byte[] segments = [.. Piece(1, 2, []), .. Piece(1, 2, first), .. Piece(2, 2, second), .. behind];

            Cleaned.Of(CraftedJpeg.WithFirst(Photo(), segments)).ShouldBe(Cleaned.Of(WithProfile(profile)));
        }
    }

    [Fact]
    public void What_comes_behind_the_length_of_a_profile_goes()
    {
        byte[] longer = [.. Profile(0), .. "<?php SECRET"u8];

        Cleaned.Of(CraftedJpeg.WithFirst(Photo(), Piece(1, 1, longer))).ShouldBe(Cleaned.Of(WithProfile(Profile(0))));
    }

    [Theory]
    [InlineData("a piece missing")]
    [InlineData("a piece without a number")]
    [InlineData("a piece there twice")]
    [InlineData("another count in each")]
    [InlineData("shorter than it says")]
    [InlineData("no signature")]
    [InlineData("only a name")]
    public void A_broken_profile_is_left_out_and_the_picture_kept(string how)
    {
        var profile = Profile(0);
        var (half, broken) = (profile.Length / 2, (byte[])[.. profile]);
        "SECRET"u8.CopyTo(broken.AsSpan(36));
        byte[] segments = how switch
        {
            "a piece missing" => Piece(1, 2, profile),
            "a piece without a number" => Piece(0, 1, profile),
            "a piece there twice" => [.. Piece(1, 2, profile[..half]), .. Piece(1, 2, profile[..half]), .. Piece(2, 2, profile[half..])],
            "another count in each" => [.. Piece(1, 2, profile[..half]), .. Piece(2, 3, profile[half..])],
            "shorter than it says" => Piece(1, 1, profile[..^1]),
            "no signature" => Piece(1, 1, broken),
            _ => CraftedJpeg.Segment(0xE2, "ICC_PROFILE\0"u8),
        };

        Cleaned.Of(CraftedJpeg.WithFirst(Photo(), segments)).ShouldBe(Cleaned.Of(Photo()));
    }

    // 255 pieces of 64 KiB are possible, and none of them is a valid profile.
    [Fact]
    public void A_profile_larger_than_any_is_left_out()
    {
        var huge = Profile(5_000_000);
        byte[] segments = [.. huge.Chunk(65_000).SelectMany((piece, i) => Piece(i + 1, (huge.Length / 65_000) + 1, piece))];

        Cleaned.Of(CraftedJpeg.WithFirst(Photo(), segments)).ShouldBe(Cleaned.Of(Photo()));
    }

    public void Dispose() => _photos.Dispose();

    private static byte[] Profile(int padding)
    {
        byte[] profile = [.. IccProfile.DisplayP3(), .. new byte[padding]];
        BinaryPrimitives.WriteInt32BigEndian(profile, profile.Length);
        return profile;
    }

    private static byte[] Piece(int number, int count, byte[] bytes) =>
        CraftedJpeg.Segment(0xE2, [.. "ICC_PROFILE\0"u8, (byte)number, (byte)count, .. bytes]);

    private byte[] Photo() => File.ReadAllBytes(_photos.Photo("photo.jpg", 90, 60));

    private byte[] WithProfile(byte[] profile)
    {
        var path = _photos.Photo("wide.jpg", 90, 60);
        Photos.Tag(path, $"-icc_profile<={_photos.Write("p3.icc", profile)}");
        return File.ReadAllBytes(path);
    }
}
