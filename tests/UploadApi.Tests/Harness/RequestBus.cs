using System.Collections.Concurrent;
using MassTransit;
using Pipeline.Contracts;
using Pipeline.TestKit;

namespace Pipeline.UploadApi.Tests.Harness;

/// <summary>MassTransit's in-memory bus with a recording consumer instead of a worker.</summary>
internal sealed class RequestBus : IAsyncDisposable
{
    private readonly IBusControl _bus;

    private RequestBus() => _bus = MassTransit.Bus.Factory.CreateUsingInMemory(bus => bus.ReceiveEndpoint("ear", ear =>
    {
        ear.Handler<UploadConfirmed>(context => Hear(context.Message));
        ear.Handler<ReprocessRequested>(context => Hear(context.Message));
        ear.Handler<SuspectRequested>(context => Hear(context.Message));
        ear.Handler<RescanRequested>(context =>
        {
            Rescans.Enqueue(context.Message);
            return Task.CompletedTask;
        });
    }));

    public IBus Bus => _bus;

    public ConcurrentQueue<ProcessingRequest> Heard { get; } = new();

    public ConcurrentQueue<RescanRequested> Rescans { get; } = new();

    /// <summary>The rescans, once there are so many.</summary>
    public async Task<IReadOnlyList<RescanRequested>> RescansAsync(int count)
    {
        await Eventually.True(() => Rescans.Count >= count, $"{count} rescans are published");
        return [.. Rescans];
    }

    public static async Task<RequestBus> StartAsync()
    {
        var bus = new RequestBus();
        await bus._bus.StartAsync();
        return bus;
    }

    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    private Task Hear(ProcessingRequest request)
    {
        Heard.Enqueue(request);
        return Task.CompletedTask;
    }
}
