using System.Diagnostics;
using Pipeline.Assets;
using Pipeline.Hosting.Telemetry;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.Hosting;

public sealed class TraceContextTests
{
    private const string Valid = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-will-bring")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\n-01")]
    public void An_invalid_context_counts_as_none(string? text)
    {
        TraceContext.Checked(text).ShouldBeNull();
        TraceContext.Parse(text).ShouldBe(default);
        TraceContext.TraceIdOf(text).ShouldBeNull();
    }

    [Fact]
    public void A_valid_context_gives_its_trace()
    {
        TraceContext.Checked(Valid).ShouldBe(Valid);
        TraceContext.TraceIdOf(Valid).ShouldBe("0af7651916cd43dd8448eb211c80319c");
        TraceContext.Checked(TraceContext.New()).ShouldNotBeNull();
    }

    [Fact]
    public void The_row_has_a_trace_from_the_confirm_and_a_retry_begins_another_one_with_a_link()
    {
        var asset = Some.Upload(DateTimeOffset.UnixEpoch);
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Pipeline.Work",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    if (Equals(span.GetTagItem("pipeline.asset.id"), asset.Id.ToString())) spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        asset.Confirm(Some.ETag, null, DateTimeOffset.UnixEpoch);
        var first = asset.TraceContext;
        asset.AttemptFailed(Some.Failed(asset), new Pipeline.Assets.Dispatch.RetryPolicy(new Pipeline.Assets.Dispatch.DispatchOptions(), () => 0), DateTimeOffset.UnixEpoch);

        TraceContext.TraceIdOf(first).ShouldNotBeNull();
        TraceContext.TraceIdOf(asset.TraceContext).ShouldNotBe(TraceContext.TraceIdOf(first));
        spans.Select(span => span.OperationName).ShouldBe(["confirm", "retry"]);
        spans[1].ParentSpanId.ShouldBe(default);
        spans[1].Links.Single().Context.TraceId.ToString().ShouldBe(TraceContext.TraceIdOf(first));
    }

    [Fact]
    public void Without_a_listener_the_row_still_has_a_trace_id()
    {
        var asset = Some.Upload(DateTimeOffset.UnixEpoch);
        asset.Confirm(Some.ETag, null, DateTimeOffset.UnixEpoch);

        TraceContext.Checked(asset.TraceContext).ShouldNotBeNull();
    }
}
