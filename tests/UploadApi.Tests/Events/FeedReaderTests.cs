using Pipeline.Assets;
using Pipeline.Assets.Events;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Events;

public sealed class FeedReaderTests : IDisposable
{
    private readonly Backroom _room = new();
    private readonly List<AssetEvent> _read = [];

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_reader_goes_on_where_it_was()
    {
        await AddAsync();
        (await AdvanceAsync()).ShouldBe(2);
        (await AdvanceAsync()).ShouldBe(0);
        await AddAsync();
        (await AdvanceAsync(most: 1)).ShouldBe(1);
        (await AdvanceAsync()).ShouldBe(1);

        _read.Select(e => e.Position).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task What_could_not_be_delivered_comes_again()
    {
        await AddAsync();
        await Should.ThrowAsync<TimeoutException>(() => AdvanceAsync(fail: true));

        (await AdvanceAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Readers_do_not_disturb_each_other()
    {
        await AddAsync();

        (await AdvanceAsync(FeedReader.Bus)).ShouldBe(2);
        (await AdvanceAsync(FeedReader.Webhooks)).ShouldBe(2);
    }

    private async Task AddAsync()
    {
        await _room.AddReadyAsync();
        await using var db = _room.Open();
        await new EventFeed(db, new LocalEventSignal(), _room.Time).RunAsync(default);
    }

    private async Task<int> AdvanceAsync(string name = FeedReader.Bus, int most = 100, bool fail = false)
    {
        await using var db = _room.Open();
        return await FeedReader.AdvanceAsync(
            db,
            name,
            most,
            (events, _) =>
            {
                if (fail) throw new TimeoutException();
                _read.AddRange(events);
                return Task.CompletedTask;
            },
            default);
    }
}
