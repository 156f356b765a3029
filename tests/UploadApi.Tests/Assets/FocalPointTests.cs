using Microsoft.Extensions.Options;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pipeline.Assets;
using Pipeline.Assets.Cleanup;
using Pipeline.Assets.Commands;
using Pipeline.Assets.Dispatch;
using Pipeline.Assets.Idempotency;
using Pipeline.Assets.Jobs;
using Pipeline.Assets.Persistence;
using Pipeline.UploadApi.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

public sealed class FocalPointTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_answer_names_the_revision_that_is_made_with_it()
    {
        var pending = await _room.AddAsync();
        var ready = await _room.AddReadyAsync();

        (await SetAsync(pending)).ShouldBeOfType<Accepted<FocalPointResponse>>().Value.ShouldBe(new FocalPointResponse(pending.Id, 1));
        (await SetAsync(ready)).ShouldBeOfType<Accepted<FocalPointResponse>>().Value.ShouldBe(new FocalPointResponse(ready.Id, 2));
        (await SetAsync(ready)).ShouldBeOfType<Accepted<FocalPointResponse>>().Value.ShouldBe(new FocalPointResponse(ready.Id, 2));
        (await UnsetAsync(ready)).ShouldBeOfType<Accepted<FocalPointResponse>>().Value.ShouldBe(new FocalPointResponse(ready.Id, 3));

        (await _room.RowAsync(pending.Id)).FocalPoint.ShouldNotBeNull().Y.ShouldBe(0.5);
        (await _room.RowAsync(ready.Id)).FocalPoint.ShouldBeNull();
    }

    [Fact]
    public async Task Three_hundred_changes_of_what_is_in_work_are_one_revision_to_come()
    {
        var asset = await _room.AddReadyAsync();
        await _room.ChangeAsync(asset.Id, a => a.Reprocess(_room.Now) && a.Dispatched(2, 1, _room.Now));

        for (var i = 0; i < 300; i++)
            (await SetAsync(asset, x: i / 300.0)).ShouldBeOfType<Accepted<FocalPointResponse>>().Value.ShouldBe(new FocalPointResponse(asset.Id, 3));

        var row = await _room.RowAsync(asset.Id);
        (row.Revision, row.NewestRevision, row.FocalPoint!.X).ShouldBe((2, 3, 299 / 300.0));
        (await _room.TimelineAsync(asset.Id)).Count(kind => kind == "reprocess_requested").ShouldBe(2);
    }

    [Fact]
    public async Task Another_users_asset_is_as_good_as_none()
    {
        var asset = await _room.AddReadyAsync();

        Code(await SetAsync(asset, user: "eve")).ShouldBe("not_found");
        Code(await UnsetAsync(asset, user: "eve")).ShouldBe("not_found");

        (await _room.RowAsync(asset.Id)).Revision.ShouldBe(1);
    }

    [Fact]
    public async Task A_place_outside_of_the_image_is_refused_by_field()
    {
        var asset = await _room.AddReadyAsync();

        var problem = (await SetAsync(asset, x: 1.5, y: null)).ShouldBeOfType<JsonHttpResult<ProblemDetails>>().Value.ShouldNotBeNull();

        problem.Status.ShouldBe(400);
        problem.Extensions["errors"].ShouldBeAssignableTo<IReadOnlyDictionary<string, string[]>>()!.Keys.ShouldBe(["x", "y"]);
    }

    [Fact]
    public async Task What_is_rejected_takes_none()
    {
        var asset = await _room.AddAsync(a => a.Confirm(Some.ETag, null, _room.Now), a => a.Reject(Some.Rejected(a), _room.Now));

        Code(await SetAsync(asset)).ShouldBe("not_focusable");
        Code(await UnsetAsync(asset)).ShouldBe("not_focusable");
    }

    private static string? Code(IResult result) => (string?)result.ShouldBeOfType<JsonHttpResult<ProblemDetails>>().Value?.Extensions["code"];

    private async Task<IResult> SetAsync(Asset asset, double? x = 0.25, double? y = 0.5, string user = Some.Owner)
    {
        await using var db = _room.Open();
        return await Commands(db).SetFocalPointAsync(asset.Id, new FocalPointRequest(x, y), Some.User(user), default);
    }

    private async Task<IResult> UnsetAsync(Asset asset, string user = Some.Owner)
    {
        await using var db = _room.Open();
        return await Commands(db).UnsetFocalPointAsync(asset.Id, Some.User(user), default);
    }

    private AssetCommands Commands(AssetDbContext db)
    {
        var (assets, dispatcher) = (new AssetStore(db), new SweepSignal<Dispatcher>());
        return new(
            assets,
            new ReprocessAsset(db, assets, new IdempotentRequest(db, Options.Create(_room.Idempotency), _room.Time), dispatcher, _room.Time),
            new DeleteAsset(assets, dispatcher, new SweepSignal<ObjectCleanup>(), _room.Time),
            new SetFocalPoint(assets, dispatcher, _room.Time),
            new KeepAssets(assets, _room.Time));
    }
}
