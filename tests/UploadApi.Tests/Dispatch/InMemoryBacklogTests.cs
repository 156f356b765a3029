using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Pipeline.AllInOne.Embedding;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Dispatch;

public sealed class InMemoryBacklogTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_is_inside_until_it_has_been_dealt_with_or_has_failed(bool fails)
    {
        var backlog = new InMemoryBacklog();
        var busy = new TaskCompletionSource();
        await using var services = new ServiceCollection()
            .AddMassTransit(bus => bus.UsingInMemory((_, transport) =>
            {
                transport.ConnectPublishObserver(backlog);
                transport.ConnectConsumeObserver(backlog);
                transport.ReceiveEndpoint(QueueNames.Uploads, endpoint => endpoint.Handler<UploadConfirmed>(_ => busy.Task));
            }))
            .BuildServiceProvider();
        var bus = services.GetRequiredService<IBusControl>();
        await bus.StartAsync();
        (await EmptyAsync(backlog)).ShouldBe([QueueNames.Uploads]);

        var now = new ManualTime().GetUtcNow();
        var asset = Some.Upload(now);
        asset.Confirm(Some.ETag, null, now).ShouldBeTrue();
        await bus.Publish((object)DispatchRequest.For(asset));
        (await EmptyAsync(backlog)).ShouldBeEmpty();

        if (fails) busy.SetException(new InvalidOperationException("on purpose"));
        else busy.SetResult();
        await Eventually.True(async () => (await EmptyAsync(backlog)).Count == 1, "it has left");
        await bus.StopAsync();
    }

    private static async Task<IReadOnlySet<string>> EmptyAsync(InMemoryBacklog backlog) =>
        (await backlog.EmptyAsync([QueueNames.Uploads], default)).ShouldNotBeNull();
}
