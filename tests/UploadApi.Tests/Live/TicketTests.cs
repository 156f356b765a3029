using Microsoft.EntityFrameworkCore;
using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.TestKit;
using Pipeline.UploadApi.Live;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

[Collection(ApiHostTests.Name)]
public sealed class TicketTests(ApiHost api) : IDisposable
{
    private readonly Backroom _room = new();
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_ticket_opens_its_stream_once_without_a_token()
    {
        var asset = await api.AddReadyNowAsync(_user);
        var answer = await TicketAsync($"/api/assets/{asset.Id}/events");
        answer.Headers["Cache-Control"].ShouldBe("no-store");
        var (ticket, path) = (answer.Text("ticket"), new Uri(answer.Text("url")).PathAndQuery);

        using (var stream = await api.StreamAsync(path, user: null)) (await stream.ToEndAsync()).Select(m => m.Status ?? m.Event).ShouldBe(["ready", "end"]);

        (await api.GetAsync(path, user: null)).Code.ShouldBe("unauthorized");
        api.Log.ShouldNotContain(line => line.Contains(ticket, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_requests_with_one_ticket_one_is_served()
    {
        var path = new Uri((await TicketAsync("/api/events/stream")).Text("url")).PathAndQuery;

        var streams = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.StreamAsync(path, user: null)));

        streams.Select(s => s.Status).Order().ShouldBe([200, 401, 401, 401, 401, 401, 401, 401]);
        foreach (var stream in streams) stream.Dispose();
    }

    [Fact]
    public async Task A_ticket_opens_no_other_stream_and_no_other_route()
    {
        var (asset, other) = (await api.AddReadyNowAsync(_user), await api.AddReadyAsync(_user));
        var ticket = (await TicketAsync($"/api/assets/{asset.Id}/events")).Text("ticket");

        foreach (var path in (string[])[$"/api/assets/{other.Id}/events", "/api/events/stream", $"/api/assets/{asset.Id}", "/api/events"])
            (await api.GetAsync($"{path}?ticket={ticket}", user: null)).Code.ShouldBe("unauthorized", path);

        using var stream = await api.StreamAsync($"/api/assets/{asset.Id}/events?ticket={ticket}", user: null);
        stream.Status.ShouldBe(200, "the refusals did not use it up");
    }

    [Fact]
    public async Task A_stream_by_ticket_ends_with_the_token_that_requested_the_ticket()
    {
        var asset = await api.AddAsync(Some.Upload(TimeProvider.System.GetUtcNow(), owner: _user));
        var token = AppToken.For(_user, ApiHost.Secret, expires: TimeProvider.System.GetUtcNow().AddSeconds(3));
        var answer = await api.SendAsync(token, "POST", "/api/events/tickets", System.Net.Http.Json.JsonContent.Create(new { stream = $"/api/assets/{asset.Id}/events" }));

        using var stream = await api.StreamAsync(new Uri(answer.Text("url")).PathAndQuery, user: null);

        (await stream.ToEndAsync()).ShouldHaveSingleItem().Event.ShouldBe("status");
    }

    [Theory]
    [InlineData("/api/assets")]
    [InlineData("https://evil.example.com/api/events/stream")]
    [InlineData("/api/assets/../events")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_ticket_is_only_for_a_stream(string? stream) => (await TicketAsync(stream)).Errors.Keys.ShouldBe(["stream"]);

    [Fact]
    public async Task A_ticket_for_another_users_asset_or_batch_is_not_found()
    {
        var asset = await api.AddReadyNowAsync(_user);
        var (batch, _) = await api.AddBatchAsync(_user, 1);

        foreach (var path in (string[])[$"/api/assets/{asset.Id}/events", $"/api/batches/{batch}/events"])
            (await api.PostAsync("/api/events/tickets", new { stream = path }, "somebody")).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task Only_the_hash_is_stored_and_a_ticket_expires_after_a_minute()
    {
        await using var db = _room.Open();
        var tickets = new StreamTickets(db, _room.Time);
        var (ticket, expiresAt) = await tickets.IssueAsync(new Caller("ada"), StreamScope.Own, _room.Now.AddHours(1), default);
        expiresAt.ShouldBe(_room.Now.AddSeconds(60));
        var row = await db.StreamTickets.AsNoTracking().SingleAsync();
        row.Hash.ShouldNotContain(ticket);

        _room.Time.Advance(TimeSpan.FromSeconds(60));

        (await tickets.RedeemAsync(ticket, StreamScope.Own, default)).ShouldBeNull();
        await tickets.IssueAsync(new Caller("ada"), StreamScope.Own, _room.Now.AddHours(1), default);
        (await db.StreamTickets.CountAsync()).ShouldBe(1, "the expired one is deleted");
    }

    private Task<HttpAnswer> TicketAsync(string? stream) => api.PostAsync("/api/events/tickets", new { stream }, _user);
}
