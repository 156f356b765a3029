using FsCheck;
using FsCheck.Fluent;

namespace Pipeline.UploadApi.Tests.Cleanup;

/// <summary>Published objects exist after any writes, messages, failures, crashes and deletions, however late.</summary>
public sealed class TidierWalkProperties
{
    private static readonly Gen<Move> AnyMove = Gen.Frequency(
        (4, Gen.Constant(Move.Reprocess)), (2, Gen.Constant(Move.Focus)), (6, Gen.Constant(Move.Take)), (9, Gen.Constant(Move.Write)),
        (8, Gen.Constant(Move.TellReady)), (2, Gen.Constant(Move.TellFailed)), (1, Gen.Constant(Move.Die)), (5, Gen.Constant(Move.Tidy)),
        (3, Gen.Constant(Move.LandDeletions)), (1, Gen.Constant(Move.Wait)));

    private static readonly Arbitrary<TidierStep[]> AnyWalk = Arb.From(
        (from move in AnyMove
         from who in Gen.Choose(0, 3)
         from inside in AnyMove
         select new TidierStep(move, who, inside)).ArrayOf(30),
        steps => Enumerable.Range(0, steps.Length).Select(i => steps.Where((_, at) => at != i).ToArray()));

    /// <summary>Whether the row named all objects, or cleanup had to list them.</summary>
    [Fact]
    public void Nothing_stays_that_no_revision_shows_once_all_workers_have_ended()
    {
        var byName = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(AnyWalk, steps => byName += EndAsync(steps).GetAwaiter().GetResult()));
        byName.ShouldBeGreaterThan(0, "some walks must delete by name");
    }

    [Fact]
    public void What_is_published_is_never_deleted_where_revisions_share_recipes()
    {
        var (publications, kept, deletions) = (0, 0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(AnyWalk, steps =>
        {
            var (published, again, givenUp) = WalkAsync(steps).GetAwaiter().GetResult();
            publications += published;
            kept += again;
            deletions += givenUp;
        }));
        publications.ShouldBeGreaterThan(0, "the walks must publish");
        kept.ShouldBeGreaterThan(0, "and keep");
        deletions.ShouldBeGreaterThan(0, "and delete");
    }

    private static async Task<int> EndAsync(TidierStep[] steps)
    {
        using var walk = new TidierWalk();
        await walk.StartAsync();
        foreach (var step in steps) await walk.TakeAsync(step);
        (await walk.LeftAsync()).ShouldBeEmpty();
        (await walk.MissingAsync()).ShouldBeEmpty();
        return walk.ByName;
    }

    private static async Task<(int Publications, int Kept, int GivenUp)> WalkAsync(TidierStep[] steps)
    {
        using var walk = new TidierWalk();
        await walk.StartAsync();
        foreach (var step in steps)
        {
            await walk.TakeAsync(step);
            (await walk.MissingAsync()).ShouldBeEmpty();
        }

        return (walk.Publications, walk.Kept, await walk.GivenUpAsync());
    }
}
