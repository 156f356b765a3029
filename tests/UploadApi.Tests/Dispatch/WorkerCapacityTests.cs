using Microsoft.Extensions.Options;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Dispatch;

public sealed class WorkerCapacityTests : IDisposable
{
    private readonly Backroom _room = new();

    public WorkerCapacityTests() => _room.Dispatch.InWorkPerOwner = null;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task One_owner_gets_all_places_of_the_workers_but_one_of_each()
    {
        await HearAsync(Guid.NewGuid(), 3, 2);
        await HearAsync(Guid.NewGuid(), 9, 3);

        (await ShareAsync()).ShouldBe(new Share(10, 3));
    }

    [Fact]
    public async Task A_worker_that_takes_one_at_a_time_still_works_for_everybody()
    {
        await HearAsync(Guid.NewGuid(), 1, 1);

        (await ShareAsync()).ShouldBe(new Share(1, 1));
    }

    [Fact]
    public async Task A_worker_that_tells_again_is_counted_once_and_by_what_it_told_last()
    {
        var worker = Guid.NewGuid();
        await HearAsync(worker, 3, 2);
        await HearAsync(worker, 5, 4);

        (await ShareAsync()).ShouldBe(new Share(4, 3));
    }

    [Fact]
    public async Task A_worker_that_is_silent_is_forgotten()
    {
        await HearAsync(Guid.NewGuid(), 9, 9);
        _room.Time.Advance(WorkerCapacity.Heard + TimeSpan.FromSeconds(1));
        await HearAsync(Guid.NewGuid(), 3, 2);

        (await ShareAsync()).ShouldBe(new Share(2, 1));
        await using var db = _room.Open();
        db.Workers.Count().ShouldBe(1);
    }

    /// <summary>Replaced workers counted twice, and one owner got the places of both.</summary>
    [Fact]
    public async Task A_worker_that_leaves_is_not_counted_and_others_are()
    {
        var worker = Guid.NewGuid();
        await HearAsync(worker, 9, 9);
        await HearAsync(Guid.NewGuid(), 3, 2);

        await HearAsync(worker, 9, 9, isLeaving: true);

        (await ShareAsync()).ShouldBe(new Share(2, 1));
    }

    [Fact]
    public async Task Workers_that_do_not_tell_or_tell_nonsense_give_a_small_share()
    {
        await HearAsync(null, 100, 100);
        (await ShareAsync()).ShouldBe(new Share(2, 1));

        await HearAsync(Guid.NewGuid(), int.MaxValue, -5);
        (await ShareAsync()).ShouldBe(new Share(255, 1));
    }

    [Fact]
    public async Task What_the_operator_says_wins()
    {
        await HearAsync(Guid.NewGuid(), 3, 2);
        _room.Dispatch.InWorkPerOwner = 7;

        (await ShareAsync()).ShouldBe(new Share(7, 7));
    }

    private async Task HearAsync(Guid? instance, int concurrency, int reprocessConcurrency, bool isLeaving = false)
    {
        await using var db = _room.Open();
        var news = new ProfilesAnnounced
        {
            Worker = "worker (1.0)",
            Engine = "engine 1",
            Instance = instance,
            Concurrency = concurrency,
            ReprocessConcurrency = reprocessConcurrency,
            IsLeaving = isLeaving,
            Profiles = [],
        };
        await new WorkerCapacity(db, Options.Create(_room.Dispatch), _room.Time).HearAsync(news, default);
    }

    private async Task<Share> ShareAsync()
    {
        await using var db = _room.Open();
        return await new WorkerCapacity(db, Options.Create(_room.Dispatch), _room.Time).ShareAsync(default);
    }
}
