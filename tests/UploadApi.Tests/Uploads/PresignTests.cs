using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Assets.Uploads;
using Pipeline.Imaging.Profiles;
using Pipeline.UploadApi.Http;
using Pipeline.UploadApi.Tests.Harness;
using Pipeline.UploadApi.Uploads;

namespace Pipeline.UploadApi.Tests.Uploads;

public sealed class PresignTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("猫")]
    [InlineData("👍")]
    public async Task The_longest_name_of_the_longest_user_in_any_script_gets_a_url(string letter)
    {
        // A token's user may have at most 128 characters and 256 bytes.
        var user = Times(letter, Math.Min(128 / letter.Length, 256 / System.Text.Encoding.UTF8.GetByteCount(letter)));
        var name = Times(letter, 255 / letter.Length);

        var answer = (await PresignAsync(user, name)).ShouldBeOfType<Ok<PresignResponse>>().Value.ShouldNotBeNull();

        (await _room.RowAsync(answer.Id)).FileName.ShouldBe(name);
    }

    [Fact]
    public async Task Without_a_profile_the_first_one_is_taken()
    {
        _room.Uploads.Profiles = ["avatar", "web"];

        var answer = (await PresignAsync("ada", "cat.jpg")).ShouldBeOfType<Ok<PresignResponse>>().Value.ShouldNotBeNull();

        (await _room.RowAsync(answer.Id)).Profile.ShouldBe("avatar");
    }

    [Fact]
    public async Task A_focal_point_is_kept_for_the_request()
    {
        var answer = (await PresignAsync("ada", "cat.jpg", new FocalPointRequest(0.25, -0.0))).ShouldBeOfType<Ok<PresignResponse>>().Value.ShouldNotBeNull();

        var point = (await _room.RowAsync(answer.Id)).FocalPoint.ShouldNotBeNull();
        (point.X, double.IsNegative(point.Y)).ShouldBe((0.25, false), "one place has one spelling");
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void A_token_without_a_user_is_nobodys(string? id) => Should.Throw<InvalidOperationException>(() => Some.User(id).ToCaller());

    [Fact]
    public void A_users_id_that_no_key_could_hold_is_nobodys()
    {
        Should.Throw<InvalidOperationException>(() => Some.User(new string('a', 129)).ToCaller());
        Should.Throw<InvalidOperationException>(() => Some.User(new string('猫', 128)).ToCaller());
    }

    private static string Times(string letter, int times) => string.Concat(Enumerable.Repeat(letter, times));

    private async Task<IResult> PresignAsync(string user, string name, FocalPointRequest? focalPoint = null)
    {
        await using var db = _room.Open();
        var options = Options.Create(_room.Uploads);
        var address = new ApiAddress(Options.Create(new ApiOptions { PublicUrl = new Uri("http://localhost:4000") }));
        return await new PresignEndpoint(_room.Issue(db), new SignUploadAgain(new AssetStore(db), _room.Urls()), options, address, _room.Time).HandleAsync(new PresignRequest(name, "image/jpeg", 3, FocalPoint: focalPoint), Some.User(user), default);
    }
}
