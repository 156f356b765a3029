using System.Globalization;
using System.Text;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Tests.S3;

/// <summary>A download that breaks off is resumed or throws; it is never short and never mixes two versions.</summary>
public sealed class S3DownloadTests
{
    private const string Whole = "The quick brown fox jumps over the lazy dog.";
    // Its MD5, since the SDK checks it.
    private const string Tag = "e4d909c290d0fb1ca068ffaddf22cbd0";
    private const string Md5OfHello = "5d41402abc4b2a76b9719d911017c592";
    private const string Other = "0123456789abcdef0123456789abcdef";
    private static readonly ObjectKey Key = ObjectKey.Parse("a");

    [Theory]
    [InlineData(Then.Reset)]
    [InlineData(Then.Close)]
    [InlineData(Then.Hang)]
    internal async Task A_body_that_breaks_off_is_taken_up_where_it_stopped(Then end)
    {
        await using var server = new ScriptedS3(request => request.Number <= 3 ? Part(request, count: 10, end) : Part(request));
        using var store = server.Store(end == Then.Hang ? WithTimeouts : null);

        (await TextAsync(store)).ShouldBe(Whole);

        // A reset may drop bytes that were sent before it, so only the order of the offsets is certain.
        var ranges = server.Requests.Skip(1).Select(From).ToList();
        ranges.Count.ShouldBeGreaterThanOrEqualTo(3);
        ranges.ShouldBe(ranges.Order());
        server.Requests.Skip(1).ShouldAllBe(request => request["If-Match"] == $"\"{Tag}\"");
    }

    [Fact]
    public async Task A_body_that_always_breaks_off_is_an_exception()
    {
        await using var server = new ScriptedS3(request => Part(request, count: 1, Then.Close));
        using var store = server.Store();

        await Should.ThrowAsync<IOException>(() => TextAsync(store));

        server.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task An_object_that_was_replaced_meanwhile_is_not_mixed_with_the_new_one()
    {
        await using var server = new ScriptedS3(request => request switch
        {
            { Number: 1 } => Part(request, count: 10, Then.Close),
            { Method: "HEAD" } => new ScriptedAnswer("HTTP/1.1 200 x\r\nContent-Length: 44\r\nETag: \"0123456789abcdef0123456789abcdef\"\r\n\r\n"u8.ToArray()),
            _ => ScriptedAnswer.Fault(412, "PreconditionFailed"),
        });
        using var store = server.Store();

        await Should.ThrowAsync<Exception>(() => TextAsync(store));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 10)]
    public async Task A_server_that_answers_with_something_else_than_the_rest_is_not_believed(bool isOther, int from)
    {
        await using var server = new ScriptedS3(request => request.Number == 1
            ? Part(request, count: 10, Then.Close)
            : ScriptedAnswer.Of(200, Whole[from..], $"ETag: \"{(isOther ? Other : Tag)}\"\r\n"));
        using var store = server.Store();

        await Should.ThrowAsync<IOException>(() => TextAsync(store));
    }

    [Theory]
    [InlineData("0\r\n\r\n", Then.GoOn)]
    [InlineData("", Then.Close)]
    internal async Task A_body_of_unknown_length_is_not_taken_for_an_object(string end, Then then)
    {
        await using var server = new ScriptedS3(_ => new ScriptedAnswer(
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\nETag: \"{Md5OfHello}\"\r\n\r\n5\r\nhello\r\n{end}"), then));
        using var store = server.Store();

        await Should.ThrowAsync<Exception>(() => TextAsync(store));
    }

    [Fact]
    public async Task A_body_that_was_garbled_on_the_way_is_an_exception()
    {
        await using var server = new ScriptedS3(_ => ScriptedAnswer.Of(200, "jello", $"ETag: \"{Md5OfHello}\"\r\n"));
        using var store = server.Store();

        await Should.ThrowAsync<Exception>(() => TextAsync(store));
    }

    [Fact]
    public async Task A_reader_that_has_enough_is_let_go()
    {
        await using var server = new ScriptedS3(request => Part(request, count: 10, Then.Hang));
        using var store = server.Store(new S3StorageOptions());
        await using var read = await store.ReadAsync(Key, null, default);
        var content = read.ShouldBeOfType<ReadResult.Found>().Content;
        using var enough = new CancellationTokenSource();
        await content.ReadExactlyAsync(new byte[10], enough.Token);

        var more = content.ReadAsync(new byte[1], enough.Token);
        await enough.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await more);
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_of_either_dialect_of_entity_tags_is_understood(bool quoted)
    {
        await using var server = new ScriptedS3(request =>
        {
            if (request.Method == "HEAD") return new ScriptedAnswer(Encoding.ASCII.GetBytes($"HTTP/1.1 200 x\r\nContent-Length: 44\r\nETag: \"{Tag}\"\r\n\r\n"));
            var asked = request["If-Match"];
            if (asked == (quoted ? $"\"{Tag}\"" : Tag)) return Part(request);
            // R2's format of an entity tag, without quotes.
            return quoted && asked?[0] != '"' ? ScriptedAnswer.Fault(400, "InvalidArgument") : ScriptedAnswer.Fault(412, "PreconditionFailed");
        });
        using var store = server.Store();

        for (var round = 0; round < 2; round++)
        {
            await using var read = await store.ReadAsync(Key, Tag, default);
            read.ShouldBeOfType<ReadResult.Found>();
            (await store.ReadAsync(Key, Other, default)).ShouldBeOfType<ReadResult.Changed>();
        }
    }

    private static S3StorageOptions WithTimeouts { get; } = new() { RetryDelay = TimeSpan.FromMilliseconds(1), IdleTimeout = TimeSpan.FromMilliseconds(300) };

    private static int From(ScriptedRequest request) => request["Range"] is { } range ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;

    // The correct response to the requested range, or its first bytes.
    private static ScriptedAnswer Part(ScriptedRequest request, int? count = null, Then then = Then.GoOn)
    {
        var rest = Whole[From(request)..];
        return ScriptedAnswer.Of(
            From(request) == 0 ? 200 : 206, rest[..Math.Min(count ?? rest.Length, rest.Length)],
            $"ETag: \"{Tag}\"\r\nContent-Range: bytes {From(request)}-{Whole.Length - 1}/{Whole.Length}\r\n", rest.Length, then);
    }

    private static async Task<string> TextAsync(S3ObjectStore store)
    {
        await using var read = await store.ReadAsync(Key, null, default);
        return await new StreamReader(read.ShouldBeOfType<ReadResult.Found>().Content).ReadToEndAsync();
    }
}
