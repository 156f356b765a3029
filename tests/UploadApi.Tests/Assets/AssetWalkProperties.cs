using FsCheck;
using FsCheck.Fluent;
using Pipeline.Assets;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Assets;

/// <summary>After any events, in any number and order, the sweeps can still finish the row.</summary>
public sealed class AssetWalkProperties
{
    private static readonly Gen<Step> AnyStep =
        from deed in Gen.Frequency(
            [.. Enum.GetValues<Deed>().Select(d => (d is Deed.Expire or Deed.Delete or Deed.Rejected ? 1 : 6, Gen.Constant(d)))])
        from revision in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(-2, 1)))
        from attempt in Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Choose(-2, 1)))
        from seconds in Gen.Frequency((12, Gen.Choose(0, 120)), (1, Gen.Choose(-86_400, 86_400))) // a corrected clock jumps
        select new Step(deed, revision, attempt, seconds);

    private static readonly Arbitrary<Step[]> AnyWalk = Arb.From(
        AnyStep.ArrayOf(), steps => Enumerable.Range(0, steps.Length).Select(i => steps.Where((_, at) => at != i).ToArray()));

    private static readonly HashSet<(AssetStatus From, AssetStatus To)> LegalMoves =
    [
        (AssetStatus.Pending, AssetStatus.Queued), (AssetStatus.Pending, AssetStatus.Expired),
        (AssetStatus.Queued, AssetStatus.Processing), (AssetStatus.Queued, AssetStatus.Ready),
        (AssetStatus.Queued, AssetStatus.Rejected), (AssetStatus.Queued, AssetStatus.Failed),
        (AssetStatus.Processing, AssetStatus.Queued), (AssetStatus.Processing, AssetStatus.Ready),
        (AssetStatus.Processing, AssetStatus.Rejected), (AssetStatus.Processing, AssetStatus.Failed),
        (AssetStatus.Ready, AssetStatus.Rejected), (AssetStatus.Failed, AssetStatus.Queued),
    ];

    [Fact]
    public void Only_the_moves_of_the_picture_are_made_and_deleted_is_final()
    {
        var reached = new HashSet<AssetStatus>();
        Always((walk, from, _, _) =>
        {
            var to = walk.Asset.Status;
            reached.Add(to);
            if (from != to && (to != AssetStatus.Deleted || from == AssetStatus.Deleted)) LegalMoves.ShouldContain((from, to));
        });
        reached.Count.ShouldBe(Enum.GetValues<AssetStatus>().Length, "the walks must come everywhere");
    }

    [Fact]
    public void What_is_deleted_or_expired_takes_no_outcome_and_no_new_work() => Always((walk, from, step, _) =>
    {
        if (from is AssetStatus.Deleted or AssetStatus.Expired && step.Deed is not (Deed.Delete or Deed.Tidied)) walk.Row.ShouldBe(walk.Before);
    });

    [Fact]
    public void An_outcome_of_another_revision_never_changes_the_row() => Always((walk, _, step, _) =>
    {
        if (step is { Deed: Deed.Started or Deed.Ready or Deed.Rejected or Deed.Failed or Deed.Dispatched or Deed.NotDispatched or Deed.Poison, Revision: not 0 })
            walk.Row.ShouldBe(walk.Before);
    });

    [Fact]
    public void What_says_that_nothing_changed_has_changed_nothing_and_what_changed_is_in_the_ledger() => Always((walk, _, step, changed) =>
    {
        if (!changed) walk.Row.ShouldBe(walk.Before);
        if (step.Deed is not (Deed.Claim or Deed.Tidied or Deed.NotDispatched)) walk.Wrote.ShouldBe(changed, step.Deed.ToString());
    });

    [Fact]
    public void What_is_published_is_all_of_one_revision_and_there_exactly_while_the_asset_is_ready() => Always((walk, _, _, _) =>
    {
        var published = walk.Asset.Publication;
        (published is not null).ShouldBe(walk.Asset.Status == AssetStatus.Ready);
        if (published is null) return;
        published.Revision.ShouldBeLessThanOrEqualTo(walk.Asset.Revision);
        published.Width.ShouldBe(1000 + published.Revision);
        published.Recipe.ShouldBe($"recipe{published.Revision}");
        published.Variants.ShouldAllBe(v => v.Key.Contains($"/{published.Recipe}/", StringComparison.Ordinal));
    });

    [Fact]
    public void Ready_stays_ready_while_a_newer_revision_is_in_work() => Always((walk, from, _, _) =>
    {
        if (from == AssetStatus.Ready && walk.Asset.Work != WorkState.Idle) walk.Asset.Status.ShouldBe(AssetStatus.Ready);
    });

    [Fact]
    public void Work_can_always_be_found_by_a_sweep_and_what_is_idle_by_none() => Always((walk, _, _, _) =>
    {
        var row = walk.Asset;
        (row.DispatchAt is not null || row.LastHeardAt is not null).ShouldBe(row.Work != WorkState.Idle);
        if (row.Work == WorkState.Processing) (row.DispatchAt is null && row.LastHeardAt is not null).ShouldBeTrue();
        if (row.Status is AssetStatus.Queued or AssetStatus.Processing) row.Work.ShouldNotBe(WorkState.Idle);
        else if (row.Status != AssetStatus.Ready) row.Work.ShouldBe(WorkState.Idle);
    });

    [Fact]
    public void Hash_and_fingerprint_are_there_only_while_something_is_published() => Always((walk, _, _, _) =>
    {
        var row = walk.Asset;
        if (row.Publication is null) (row.PerceptualHash, row.ProfileFingerprint).ShouldBe((null, null));
    });

    [Fact]
    public void The_focal_point_changes_only_before_the_confirm_or_with_a_revision_that_nobody_has_yet() => Always((walk, from, step, changed) =>
    {
        if (step.Deed != Deed.Focus || !changed || from == AssetStatus.Pending) return;
        var row = walk.Asset;
        if (!row.OnceMore) (row.Work, row.Attempt, row.IsInFlight).ShouldBe((WorkState.Queued, 1, false));
        var (newest, wasToCome) = (row.NewestRevision, row.OnceMore);
        row.MarkReady(Some.Ready(row, revision: newest - 1), walk.Now).ShouldBe(wasToCome, "an older revision has the older focal point");
        row.Revision.ShouldBe(newest);
    });

    [Fact]
    public void One_revision_is_in_flight_and_one_is_to_come_however_often_it_is_asked_for() => Always((walk, _, step, _) =>
    {
        var (row, before) = (walk.Asset, walk.WorkBefore);
        if (row.IsInFlight || row.OnceMore) row.Work.ShouldNotBe(WorkState.Idle);
        if (row.Work == WorkState.Processing) row.IsInFlight.ShouldBeTrue();
        (row.Revision - before.Revision).ShouldBeInRange(0, 1);
        if (row.Revision == before.Revision || !before.IsInFlight) return;
        before.OnceMore.ShouldBeTrue("it begins where one has ended, or could be given again");
        step.Deed.ShouldBeOneOf(Deed.Ready, Deed.Failed, Deed.RescueFromSilence, Deed.Claim);
        row.OnceMore.ShouldBeFalse();
    });

    [Fact]
    public void What_was_asked_for_meanwhile_is_made_unless_the_file_is_at_fault_or_gone() => Always((walk, _, step, changed) =>
    {
        var row = walk.Asset;
        if (!walk.WorkBefore.OnceMore || row.OnceMore || !changed || row.Revision > walk.WorkBefore.Revision) return;
        (row.Status is AssetStatus.Rejected or AssetStatus.Deleted || row.IsSuspect).ShouldBeTrue(step.Deed.ToString());
    });

    [Fact]
    public void Somebody_waits_only_for_work_of_what_was_never_published() => Always((walk, _, _, _) =>
    {
        if (walk.Asset.IsAwaited) (walk.Asset.Work != WorkState.Idle && walk.Asset.Publication is null).ShouldBeTrue();
    });

    [Fact]
    public void No_revision_is_tried_more_often_than_the_policy_says() =>
        Always((walk, _, _, _) => walk.Asset.Attempt.ShouldBeInRange(0, AssetWalk.MaxAttempts));

    [Fact]
    public void What_is_put_aside_as_poison_is_tried_once_more_and_apart_and_once_begun_then_never() => Always((walk, _, step, changed) =>
    {
        if (step.Deed != Deed.Poison || !changed) return;
        walk.Asset.IsSuspect.ShouldBeTrue();
        if (walk.Asset.Work == WorkState.Idle) return;
        walk.Asset.DispatchAt.ShouldBe(walk.Now);
        walk.Asset.Started(Some.Started(walk.Asset, walk.Asset.Revision, walk.Asset.Attempt), walk.Now).ShouldBeTrue();
        walk.Asset.TakeBackPoison(walk.Asset.Revision, walk.Asset.Attempt, AssetWalk.Retries, walk.Now).ShouldBeTrue();
        walk.Asset.Work.ShouldBe(WorkState.Idle);
    });

    [Fact]
    public void Where_work_has_ended_the_objects_are_looked_at() => Always((walk, _, step, changed) =>
    {
        if (changed && walk.Asset.Work == WorkState.Idle && step.Deed is not (Deed.Tidied or Deed.Focus)) walk.Asset.TidyAt.ShouldBe(walk.Now);
    });

    private static void Always(Action<AssetWalk, AssetStatus, Step, bool> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(AnyWalk, steps =>
        {
            var walk = new AssetWalk();
            foreach (var step in steps)
            {
                var from = walk.Asset.Status;
                var changed = walk.Take(step);
                holds(walk, from, step, changed);
            }
        }));
}
