using Microsoft.Extensions.DependencyInjection;
using Pipeline.Assets.Events;
using Pipeline.Assets.Outcomes;
using Pipeline.Assets.Persistence;
using Pipeline.Contracts;
using Pipeline.TestKit;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Live;

/// <summary>A stream says the same of an asset as a read of it.</summary>
[Collection(ApiHostTests.Name)]
public sealed class ShownStatusTests(ApiHost api)
{
    private readonly string _user = $"user-{Guid.NewGuid():N}";

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_step_of_a_ready_asset_that_is_made_again_says_ready()
    {
        var asset = await api.AddReadyAsync(_user);
        (await api.PostAsync($"/api/assets/{asset.Id}/reprocess", new { }, _user)).Status.ShouldBe(202);

        (await StepAsync(asset.Id, revision: 2)).ShouldBe((EventType.Processing, "ready", "render"));
        (await api.GetAsync($"/api/assets/{asset.Id}", _user)).Text("status").ShouldBe("ready");
    }

    [Fact]
    public async Task A_step_of_the_first_revision_says_processing()
    {
        var asset = await api.AddAsync(Some.Upload(Now, owner: _user), a => a.Confirm(Some.ETag, null, Now), a => a.Started(Some.Started(a), Now));

        (await StepAsync(asset.Id, revision: 1)).ShouldBe((EventType.Processing, "processing", "render"));
    }

    [Fact]
    public async Task The_state_of_a_final_asset_has_the_sequence_of_its_event()
    {
        var asset = await api.AddReadyNowAsync(_user);
        var ids = await LiveChanges.EventIdsAsync(api, _user, 2);
        await api.ChangeAsync(asset.Id, a => a.FindObjects(Now));
        await api.ChangeAsync(asset.Id, a => a.FindObjects(Now));

        using var stream = await api.StreamAsync($"/api/assets/{asset.Id}/events", _user);
        var state = (await stream.NextAsync())!;

        state.Id.ShouldBe(ids[^1]);
        state.Id!.ShouldEndWith($"_{state.Data!["sequence"]}");
        (await api.GetAsync($"/api/assets/{asset.Id}", _user)).Json["sequence"]!.GetValue<int>().ShouldBeGreaterThan(state.Data!["sequence"]!.GetValue<int>(), "changes that are no events count, too");
    }

    private async Task<(string? Type, string? Status, string Step)> StepAsync(Guid id, int revision)
    {
        using var watching = await api.StreamAsync($"/api/assets/{id}/events", _user);
        await watching.NextAsync();
        await using var scope = api.Service<IServiceScopeFactory>().CreateAsyncScope();
        var consumer = new ProcessingContinuesConsumer(scope.ServiceProvider.GetRequiredService<AssetStore>(), api.Service<LocalStepSignal>(), TimeProvider.System);
        await consumer.TellAsync(new ProcessingContinues { AssetId = id, Revision = revision, Attempt = 1, Step = "render" }, "render", default);
        var step = (await watching.UntilAsync(m => m.Data?["step"] is not null))[^1];
        return (step.Type, step.Status, step.Data!["step"]!.ToString());
    }
}
