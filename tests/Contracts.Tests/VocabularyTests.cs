using System.Reflection;
using Pipeline.Assets.Outcomes;
using Pipeline.Processor.Messaging;

namespace Pipeline.Contracts.Tests;

/// <summary>Names that other systems rely on: clients show the codes, operators watch the queues.</summary>
public sealed class VocabularyTests
{
    [Fact]
    public void Rejection_codes_are_the_approved_ones() => Codes(typeof(RejectionCode)).ShouldBeApproved("rejection-codes.txt");

    [Fact]
    public void Failure_codes_are_the_approved_ones() => Codes(typeof(FailureCode)).ShouldBeApproved("failure-codes.txt");

    [Fact]
    public void Steps_are_the_approved_ones() => string.Join('\n', ProcessingStep.All).ShouldBeApproved("steps.txt");

    [Fact]
    public void Source_areas_travel_as_the_approved_numbers() => string.Join(
        '\n', Enum.GetValues<SourceArea>().Select(area => $"{(int)area} {area}")).ShouldBeApproved("source-areas.txt");

    [Fact]
    public void Queues_have_the_approved_names() => string.Join(
        '\n',
        $"{nameof(UploadConfirmed)} {UploadConfirmedConsumerDefinition.QueueName}",
        $"{nameof(ReprocessRequested)} {ReprocessRequestedConsumerDefinition.QueueName}",
        $"{nameof(SuspectRequested)} {SuspectRequestedConsumerDefinition.QueueName}",
        $"{nameof(RescanRequested)} {RescanRequestedConsumerDefinition.QueueName}",
        $"outcomes {OutcomeConsumerDefinition<AssetReadyConsumer>.QueueName}",
        $"profiles {QueueNames.Profiles}",
        $"poison {QueueNames.Poison}").ShouldBeApproved("queues.txt");

    private static string Codes(Type type) => string.Join('\n', type
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral)
        .Select(field => (string)field.GetRawConstantValue()!)
        .Order(StringComparer.Ordinal));
}
