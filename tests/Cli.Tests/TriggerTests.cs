namespace Pipeline.Cli.Tests;

/// <summary><c>pipeline trigger</c> causes events by uploads.</summary>
public sealed class TriggerTests : ScriptedApiTests
{
    [Theory]
    [InlineData("asset.queued")]
    [InlineData("asset.processing")]
    [InlineData("asset.ready")]
    [InlineData("asset.rejected")]
    [InlineData("asset.deleted")]
    [InlineData("asset.expired")]
    [InlineData("batch.completed")]
    public async Task The_event_is_caused_and_waited_for(string type)
    {
        Api.Events.Add(type, new { id = "of another asset" });

        (await Run.AgainstAsync(Api, "trigger", type, "--json")).ShouldBe(ExitCode.Done);

        var upload = Api.Uploads.Values.ShouldHaveSingleItem();
        upload.IsTemporary.ShouldBeTrue();
        var document = Run.Document;
        document.GetProperty("type").GetString().ShouldBe(type);
        document.GetProperty("assetId").GetString().ShouldBe(upload.Id);
        document.GetProperty("batchId").GetString().ShouldBe(upload.BatchId);
        document.GetProperty("eventId").GetString().ShouldBe(document.GetProperty("event").GetProperty("id").GetString());
        document.GetProperty("event").GetProperty("type").GetString().ShouldBe(type);
        Run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_photo_is_an_image_and_the_ids_are_printed()
    {
        (await Run.AgainstAsync(Api, "trigger", "asset.ready")).ShouldBe(ExitCode.Done);

        var upload = Api.Uploads.Values.Single();
        upload.ContentType.ShouldBe("image/png");
        upload.Put!.Bytes[..4].ShouldBe([0x89, (byte)'P', (byte)'N', (byte)'G']);
        Run.Error.ShouldContain($"asset {upload.Id} in batch {upload.BatchId}; waiting for asset.ready");
        Run.Out.ShouldBe($"asset.ready {Api.Events.Ids[2]}{Environment.NewLine}");
    }

    [Fact]
    public async Task Another_result_ends_the_wait()
    {
        Api.OnPut = () =>
        {
            // Whatever arrives is not an image.
            Api.Instead = context => context.Request.Path == "/api/upload/confirm" ? Reject() : null;
            return Task.CompletedTask;
        };

        (await Run.AgainstAsync(Api, "trigger", "asset.ready")).ShouldBe(ExitCode.Refused);

        Run.ErrorLines[^1].ShouldContain("asset.rejected came in place of asset.ready");
    }

    [Theory]
    [InlineData("asset.failed")]
    [InlineData("webhook.paused")]
    public async Task What_a_healthy_server_never_causes_is_told_with_the_way_to_test_it(string type)
    {
        (await Run.AgainstAsync(Api, "trigger", type)).ShouldBe(ExitCode.Usage);

        Run.ErrorLines.ShouldHaveSingleItem().ShouldContain("POST /api/webhooks/{id}/test");
        Api.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_type_is_told_with_the_known_ones()
    {
        (await Run.AgainstAsync(Api, "trigger", "asset.nice")).ShouldBe(ExitCode.Usage);

        Run.Error.ShouldContain("asset.ready");
        Api.Requests.ShouldBeEmpty();
    }

    private Microsoft.AspNetCore.Http.IResult Reject()
    {
        var id = Api.Uploads.Keys.Single();
        Api.Events.Add("asset.queued", new { id });
        Api.Events.Add("asset.rejected", new { id });
        return Microsoft.AspNetCore.Http.Results.Accepted(value: new { success = true, id, status = "queued" });
    }
}
