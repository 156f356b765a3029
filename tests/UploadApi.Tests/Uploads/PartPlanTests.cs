using Pipeline.Assets.Uploads.Multipart;
using Pipeline.Storage;

namespace Pipeline.UploadApi.Tests.Uploads;

public sealed class PartPlanTests
{
    private const long MiB = 1024 * 1024;
    private const long GiB = 1024 * MiB;

    [Theory]
    [InlineData(1, 5 * MiB, 1, 1)]
    [InlineData(5 * MiB, 5 * MiB, 1, 5 * MiB)]
    [InlineData((5 * MiB) + 1, 5 * MiB, 2, 1)]
    [InlineData(17 * MiB, 5 * MiB, 4, 2 * MiB)]
    [InlineData(5 * GiB, 5 * MiB, 1_024, 5 * MiB)]
    public void A_file_is_cut_into_equal_parts_and_a_rest(long size, long partSize, int count, long last)
    {
        var plan = PartPlan.For(size, new MultipartOptions());

        (plan.PartSize, plan.Count, plan.LengthOf(plan.Count)).ShouldBe((partSize, count, last));
        Enumerable.Range(1, plan.Count).Sum(plan.LengthOf).ShouldBe(size);
    }

    [Theory]
    [InlineData(49 * GiB)]
    [InlineData((50_000 * MiB) + 1)]
    [InlineData(4_000 * GiB)]
    public void No_file_has_more_parts_than_a_store_takes(long size)
    {
        foreach (var plan in (PartPlan[])[PartPlan.For(size, new MultipartOptions()), PartPlan.OfUppy(size)])
        {
            plan.Count.ShouldBeLessThanOrEqualTo(IMultipartUploads.MaxParts);
            plan.PartSize.ShouldBeGreaterThan(IMultipartUploads.LeastPartBytes);
            plan.LengthOf(plan.Count).ShouldBeInRange(1, plan.PartSize);
        }
    }

    [Fact]
    public void The_operator_can_ask_for_larger_parts() =>
        PartPlan.For(100 * MiB, new MultipartOptions { PartBytes = 30 * MiB }).ShouldBe(new PartPlan(100 * MiB, 30 * MiB));

    /// <summary>Uppy: at least 5 MiB, and at most 10,000 parts, rounded up to a byte.</summary>
    [Theory]
    [InlineData(1, 5 * MiB)]
    [InlineData(101 * MiB, 5 * MiB)]
    [InlineData(60_000 * MiB, 6_291_456)]
    [InlineData((60_000 * MiB) + 1, 6_291_457)]
    public void The_plan_of_uppy_is_the_one_that_it_makes_by_itself(long size, long partSize) => PartPlan.OfUppy(size).PartSize.ShouldBe(partSize);
}
