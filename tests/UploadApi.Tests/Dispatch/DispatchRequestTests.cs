using Pipeline.Assets;
using Pipeline.Assets.Dispatch;
using Pipeline.Contracts;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Dispatch;

public sealed class DispatchRequestTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_row_belongs_to_the_queue_that_its_request_goes_to_and_to_no_other()
    {
        var first = await _room.AddConfirmedAsync();
        var again = await _room.AddAsync(Confirm, a => a.MarkReady(Some.Ready(a), _room.Now), a => a.Reprocess(_room.Now));
        var suspect = await _room.AddAsync(Confirm, a => a.TakeBackPoison(1, 1, _room.Retries, _room.Now));

        await ShouldBeRowsOf(QueueNames.Uploads, typeof(UploadConfirmed), first);
        await ShouldBeRowsOf(QueueNames.Reprocess, typeof(ReprocessRequested), again);
        await ShouldBeRowsOf(QueueNames.Suspects, typeof(SuspectRequested), suspect);
    }

    private bool Confirm(Asset asset) => asset.Confirm(Some.ETag, null, _room.Now);

    private async Task ShouldBeRowsOf(string queue, Type message, Asset asset)
    {
        DispatchRequest.For(asset).ShouldBeOfType(message);
        await using var db = _room.Open();
        db.Assets.Where(DispatchRequest.Queues.Single(q => q.Name == queue).Rows).Select(a => a.Id).ShouldBe([asset.Id]);
    }
}
