using System.Reflection;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pipeline.Contracts;
using Pipeline.Processor.Messaging;

namespace Pipeline.Processor.Tests.Messaging;

public sealed class ProcessingRunnerTests
{
    /// <summary>A publish in progress when the broker was killed never returned, and occupied one place of the worker.</summary>
    [Fact]
    public async Task A_bus_that_never_answers_does_not_keep_a_place_of_the_worker()
    {
        using var runner = new ProcessingRunner(processor: null!, Options.Create(new MessagingOptions { PublishTimeoutSeconds = 1 }), TimeProvider.System, NullLogger<ProcessingRunner>.Instance);

        await Should.ThrowAsync<OperationCanceledException>(
            () => runner.RunAloneAsync(Request, DeafBus.Create(), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static UploadConfirmed Request => new()
    {
        AssetId = Guid.CreateVersion7(),
        Revision = 1,
        Attempt = 1,
        Profile = "web",
        Source = new SourceObject { Area = SourceArea.Incoming, Key = "uploads/a/1-00.jpg", ETag = "e", Size = 1, ClaimedType = "image/jpeg" },
    };

    /// <summary>Accepts a message, ignores cancellation and never returns.</summary>
    public class DeafBus : DispatchProxy
    {
        public static IPublishEndpoint Create() => Create<IPublishEndpoint, DeafBus>();

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => new TaskCompletionSource().Task;
    }
}
