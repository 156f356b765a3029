using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Pipeline.Assets.StoreEvents;
using Pipeline.Bus.StoreEvents;

namespace Pipeline.UploadApi.StoreEvents;

/// <summary>Confirms what the store's notifications on the broker name. Ceph publishes such notifications.</summary>
internal sealed class StoreEventSubscription(
    StoreEventReceiver receiver, IServiceScopeFactory scopes, IOptions<StoreEventOptions> options, ILogger<StoreEventSubscription> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        options.Value.FromBroker ? receiver.ReadAsync(HandleAsync, stoppingToken) : Task.CompletedTask;

    private async Task<bool> HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (Read(body) is not { } notification)
        {
            logger.StoreEventUnreadable();
            return true;
        }

        await using var scope = scopes.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<ConfirmByStoreEvents>().RunAsync(notification, cancellationToken);
        return result.Unknown == 0;
    }

    private static StoreNotification? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return StoreEventReader.Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
