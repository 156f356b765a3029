using System.Net.Http.Json;
using Microsoft.Extensions.Primitives;
using Pipeline.Assets;
using Pipeline.Assets.Streams;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

[Collection(ApiHostTests.Name)]
public sealed class WaitTests(ApiHost api)
{
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData("wait=30", 30)]
    [InlineData("Wait = 30", 30)]
    [InlineData("wait=\"30\"", 30)]
    [InlineData("respond-async, wait=5; foo=bar", 5)]
    [InlineData("wait=3600", 60)]
    [InlineData("wait=999999999", 60)]
    [InlineData("wait=5, wait=9", 5)]
    [InlineData("wait=0", null)]
    [InlineData("wait=-1", null)]
    [InlineData("wait=1.5", null)]
    [InlineData("wait=99999999999999999999", null)]
    [InlineData("wait", null)]
    [InlineData("wait=", null)]
    [InlineData("waiting=5", null)]
    [InlineData("", null)]
    public void The_preference_is_read_as_the_standard_says(string header, int? seconds) => Waits.SecondsOf(new StringValues(header)).ShouldBe(seconds);

    [Fact]
    public async Task A_get_waits_until_the_asset_is_final()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now));

        var waiting = GetAsync(asset, "wait=60");
        await api.ChangeAsync(asset.Id, a => a.Started(Some.Started(a), Now));
        await api.ChangeAsync(asset.Id, a => a.MarkReady(Some.Ready(a), Now));

        var answer = await waiting;
        (answer.Text("status"), answer.Headers["Preference-Applied"]).ShouldBe(("ready", "wait=60"));
    }

    [Fact]
    public async Task A_get_of_a_final_asset_answers_at_once_and_an_unknown_one_is_not_found()
    {
        var asset = await api.AddReadyNowAsync(_user);

        (await GetAsync(asset, "wait=60").WaitAsync(TimeSpan.FromSeconds(50))).Text("status").ShouldBe("ready");
        (await api.SendAsync("GET", $"/api/assets/{Guid.NewGuid()}", user: _user, headers: ("Prefer", "wait=60"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task When_its_time_is_over_a_get_answers_with_what_there_is()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now));

        (await GetAsync(asset, "wait=1")).Text("status").ShouldBe("queued");
        (await GetAsync(asset, "nonsense")).Headers.ShouldNotContainKey("Preference-Applied");
    }

    [Fact]
    public async Task A_confirm_waits_and_answers_with_the_asset()
    {
        var presigned = await api.PostAsync("/api/upload/presigned-url", new { filename = "a.jpg", contentType = "image/jpeg", fileSize = 3 }, _user);
        (await api.PutAsync(presigned.Text("uploadUrl"), [1, 2, 3], "image/jpeg")).Status.ShouldBe(200);
        var id = Guid.Parse(presigned.Text("id"));

        using var stream = await api.StreamAsync($"/api/assets/{id}/events", _user);
        var waiting = api.SendAsync("POST", "/api/upload/confirm", JsonContent.Create(new { id }), _user, ("Prefer", "wait=60"));
        await stream.UntilAsync(m => m.Status == "queued");
        await api.ChangeAsync(id, a => a.MarkReady(Some.Ready(a), Now));

        var answer = await waiting;
        (answer.Status, answer.Text("status"), answer.Headers["Preference-Applied"]).ShouldBe((202, "ready", "wait=60"));
        answer.Json["asset"]!["variants"]!.AsArray().Count.ShouldBe(2);
        (await api.PostAsync("/api/upload/confirm", new { id }, _user)).Json["asset"].ShouldBeNull("it did not wait");
    }

    [Fact]
    public async Task Beyond_the_limit_of_waiting_requests_an_answer_comes_at_once()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now));
        const int most = 20;
        var slots = api.Service<UserSlots>();
        var taken = Enumerable.Range(0, most).Select(_ => slots.TryTake(new Caller(_user), most).ShouldNotBeNull()).ToList();

        (await GetAsync(asset, "wait=60")).Headers.ShouldNotContainKey("Preference-Applied");

        foreach (var slot in taken) slot.Dispose();
        slots.TryTake(new Caller(_user), most).ShouldNotBeNull().Dispose();
    }

    private Task<HttpAnswer> GetAsync(Asset asset, string prefer) => api.SendAsync("GET", $"/api/assets/{asset.Id}", user: _user, headers: ("Prefer", prefer));
}
