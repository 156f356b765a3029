using Pipeline.Assets.Dispatch;

namespace Pipeline.AllInOne.Embedding;

/// <summary>The in-memory bus forgets all when the process ends; the table does not. So what was with the bus is given to it again at start.</summary>
internal static class InMemoryBusRecovery
{
    public static async Task GiveBackAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<StalledWorkRescuer>().RescueAllAsync(CancellationToken.None);
    }
}
