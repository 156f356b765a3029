using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets;
using Pipeline.Assets.Persistence;
using Pipeline.Storage;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.StoreEvents;

/// <summary>The route with its secret, on PostgreSQL.</summary>
public sealed class StoreEventRouteTests : IAsyncLifetime
{
    private const string Secret = "a-secret-of-the-store-0123456789-0123456789";
    private readonly OwnPostgres _postgres = new();
    private PostgresApi? _api;

    private PostgresApi Api => _api!;

    public async Task InitializeAsync()
    {
        await using (var db = _postgres.Open()) await db.Database.MigrateAsync();
        _api = await PostgresApi.StartAsync(_postgres.Connection, ("StoreEvents:Secret", Secret));
    }

    public async Task DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        await _postgres.DropAsync();
    }

    [Fact]
    public async Task A_store_with_the_secret_confirms_what_has_arrived_and_learns_counts_only()
    {
        var asset = await Api.AddAsync(Some.Upload(TimeProvider.System.GetUtcNow(), autoConfirm: true));
        await Api.Services.GetRequiredService<StorageAreas>().Incoming.WriteAsync(ObjectKey.Parse(asset.IncomingKey), new MemoryStream([1, 2, 3]), 3, new WriteOptions { ContentType = "image/jpeg" }, default);

        var answer = await PostAsync($"Bearer {Secret}", Body(asset.IncomingKey));

        answer.Status.ShouldBe(HttpStatusCode.OK);
        JsonNode.Parse(answer.Body)!.ToJsonString().ShouldBe("""{"received":1,"confirmed":1}""");
        await using var scope = Api.Services.CreateAsyncScope();
        (await scope.ServiceProvider.GetRequiredService<AssetDbContext>().Assets.SingleAsync(a => a.Id == asset.Id)).ConfirmedAt.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer wrong")]
    [InlineData("Basic " + Secret)]
    [InlineData(Secret)]
    [InlineData("Bearer " + Secret + "x")]
    public async Task Without_the_secret_nothing_is_read(string? authorization)
    {
        var answer = await PostAsync(authorization, Body("uploads/a/1-00ff.jpg"));

        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Body.ShouldContain("\"code\":\"unauthorized\"");
        answer.Body.ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("", HttpStatusCode.BadRequest)]
    public async Task What_is_no_notification_is_refused(string body, HttpStatusCode status) => (await PostAsync($"Bearer {Secret}", body)).Status.ShouldBe(status);

    [Fact]
    public async Task A_body_that_is_too_large_is_refused() =>
        (await PostAsync($"Bearer {Secret}", $"[\"{new string('a', 300_000)}\"]")).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

    [Fact]
    public async Task A_server_without_a_secret_has_no_such_route()
    {
        await using var other = await PostgresApi.StartAsync(_postgres.Connection);

        (await PostAsync($"Bearer {Secret}", Body("uploads/a/1-00ff.jpg"), other)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync("Bearer ", Body("uploads/a/1-00ff.jpg"), other)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string? authorization, string body, PostgresApi? api = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri((api ?? Api).Address, "/api/store-events")) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static string Body(string key) => new JsonObject { ["action"] = "PutObject", ["object"] = new JsonObject { ["key"] = key } }.ToJsonString();
}
