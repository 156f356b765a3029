using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pipeline.Assets;
using Pipeline.Assets.StoreEvents;
using Pipeline.UploadApi.Tests.Harness;

namespace Pipeline.UploadApi.Tests.StoreEvents;

/// <summary>Notifications of stores in all their shapes. The object is always looked at, and a message is never believed.</summary>
public sealed class StoreEventTests : IDisposable
{
    private readonly Backroom _room = new();

    public void Dispose() => _room.Dispose();

    public static TheoryData<string, Func<string, string>> Shapes => new()
    {
        { "S3", key => S3(Uri.EscapeDataString(key)) },
        { "Ceph", key => S3(key.Replace("=", "%3D", StringComparison.Ordinal)).Replace("ObjectCreated:Put", "s3:ObjectCreated:Put", StringComparison.Ordinal) },
        { "R2", R2 },
        { "list of R2", key => $"[{R2("x")},{R2(key)}]" },
        { "batch of a Worker", key => """{"queue":"q","messages":[{"id":"1","timestamp":"2026-01-01T00:00:00Z","attempts":1,"body":BODY}]}""".Replace("BODY", R2(key), StringComparison.Ordinal) },
        { "pull, text", key => """{"success":true,"errors":[],"result":{"messages":[{"id":"1","lease_id":"l","body":BODY}]}}""".Replace("BODY", JsonSerializer.Serialize(R2(key)), StringComparison.Ordinal) },
        { "pull, base64", key => """{"success":true,"result":{"messages":[{"body":"BODY"}]}}""".Replace("BODY", Convert.ToBase64String(Encoding.UTF8.GetBytes(R2(key))), StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Each_shape_names_the_upload_that_has_arrived(string name, Func<string, string> shape)
    {
        // An owner whose folder must be encoded.
        var asset = await _room.AddAsync(Some.Upload(_room.Now, owner: "a b@é", autoConfirm: true));
        asset.IncomingKey.ShouldContain("=");
        await _room.PutAsync(asset.IncomingKey);

        (await _room.TellAsync(shape(asset.IncomingKey))).Confirmed.ShouldBe(1, name);

        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Queued);
        (await _room.TellAsync(shape(asset.IncomingKey))).Confirmed.ShouldBe(0, "it comes at least once");
    }

    [Fact]
    public async Task The_prefix_of_the_area_stands_before_the_key_in_the_bucket()
    {
        var asset = await _room.AddAsync(Some.Upload(_room.Now, autoConfirm: true));
        await _room.PutAsync(asset.IncomingKey);

        (await _room.TellAsync(R2(asset.IncomingKey), prefix: "photos/")).Confirmed.ShouldBe(0);
        (await _room.TellAsync(R2($"photos/{asset.IncomingKey}"), prefix: "photos/")).Confirmed.ShouldBe(1);
    }

    [Fact]
    public async Task A_message_about_a_file_that_is_not_there_confirms_nothing()
    {
        var asset = await _room.AddAsync(Some.Upload(_room.Now, autoConfirm: true));

        (await _room.TellAsync(R2(asset.IncomingKey))).ShouldBe(new StoreEventResult(0, 0));

        (await _room.RowAsync(asset.Id)).Status.ShouldBe(AssetStatus.Pending);
    }

    [Fact]
    public async Task Foreign_and_forged_keys_change_nothing_and_ask_the_store_nothing()
    {
        var manual = await _room.AddAsync();
        var confirmed = await _room.AddConfirmedAsync();
        await _room.PutAsync(manual.IncomingKey, confirmed.IncomingKey);
        var calls = 0;
        var store = new InterruptedStore(_room.Store, _ =>
        {
            calls++;
            return Task.CompletedTask;
        });

        foreach (var key in (string[])[manual.IncomingKey, confirmed.IncomingKey, "uploads/eve/1-00ff.jpg", "assets/x", "../../etc/passwd", "uploads/a\0b", "", "uploads/", new string('a', 5000)])
            (await _room.TellAsync(R2(key), store)).Confirmed.ShouldBe(0);

        calls.ShouldBe(0);
        (await _room.RowAsync(manual.Id)).Status.ShouldBe(AssetStatus.Pending);
        (await _room.RowAsync(confirmed.Id)).Version.ShouldBe(confirmed.Version);
    }

    [Fact]
    public async Task A_store_that_does_not_answer_is_told_so_that_the_message_is_sent_again()
    {
        var asset = await _room.AddAsync(Some.Upload(_room.Now, autoConfirm: true));
        await _room.PutAsync(asset.IncomingKey);

        (await _room.TellAsync(R2(asset.IncomingKey), new InterruptedStore(_room.Store, _ => throw new IOException("It does not answer.")))).ShouldBe(new StoreEventResult(0, 1));
    }

    [Theory]
    [InlineData("""{"Records":[]}""", 0)]
    [InlineData("""{"Records":[{"eventName":"ObjectRemoved:Delete","s3":{"object":{"key":"uploads/a/1-00.jpg"}}}]}""", 1)]
    [InlineData("""{"account":"a","action":"DeleteObject","bucket":"b","object":{"key":"uploads/a/1-00.jpg"}}""", 1)]
    [InlineData("""{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}""", 1)]
    [InlineData("""{"queue":"q","messages":[]}""", 0)]
    public void Other_events_are_read_and_name_no_upload(string json, int events)
    {
        var read = Read(json).ShouldNotBeNull();

        (read.Events, read.Keys.Count).ShouldBe((events, 0));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    [InlineData("""{"Records":1}""")]
    [InlineData("""{"Records":[1]}""")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put"}]}""")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put","s3":{"object":{"key":1}}}]}""")]
    [InlineData("""{"action":"PutObject"}""")]
    [InlineData("""{"messages":[{"body":"not json"}]}""")]
    [InlineData("""{"messages":[{"body":"bm90IGpzb24="}]}""")]
    [InlineData("""{"messages":[{"body":{"messages":[{"body":{"messages":[{"body":{"action":"PutObject","object":{"key":"uploads/a/1.jpg"}}}]}}]}}]}""")]
    [InlineData("""{"action":"PutObject","object":{"key":"\ud800"}}""")]
    [InlineData("""{"Event":"\ud800"}""")]
    [InlineData("""{"messages":[{"body":"\ud800"}]}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"Records":[{"eventName":"\udc00","s3":{"object":{"key":"\ud800"}}}]}""")]
    public void Everything_else_is_no_notification(string json) => Read(json).ShouldBeNull();

    [Fact]
    public void More_than_a_thousand_events_are_too_many()
    {
        string Of(int count) => new JsonArray([.. Enumerable.Range(0, count).Select(i => JsonNode.Parse(R2($"uploads/a/{i}.jpg")))]).ToJsonString();

        Read(Of(1_000)).ShouldNotBeNull().Keys.Count.ShouldBe(1_000);
        Read(Of(1_001)).ShouldBeNull();
    }

    private static StoreNotification? Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return StoreEventReader.Read(document.RootElement);
    }

    private static string S3(string key) =>
        """{"Records":[{"eventVersion":"2.1","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":KEY,"size":3,"eTag":"e"}}}]}""".Replace("KEY", JsonSerializer.Serialize(key), StringComparison.Ordinal);

    private static string R2(string key) =>
        $$"""{"account":"a","action":"PutObject","bucket":"b","object":{"key":{{JsonSerializer.Serialize(key)}},"size":3,"eTag":"e"},"eventTime":"2026-01-01T00:00:00Z"}""";
}
