using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Rescans;

namespace Pipeline.AllInOne.Embedding;

/// <summary>The in-memory bus loses its messages when the process ends; the table keeps the work. So the start publishes it again.</summary>
internal static class InMemoryBusRecovery
{
    public static async Task GiveBackAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<StalledWorkRescuer>().RescueAllAsync(CancellationToken.None);
        await scope.ServiceProvider.GetRequiredService<RescanOutcomes>().ReturnAllAsync(CancellationToken.None);
    }
}
