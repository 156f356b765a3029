using System.Text;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Tests.S3;

/// <summary>
/// Successful responses that cannot be true, as proxies send them in a store's place: the client retries, and finally returns the
/// truth or reports a fault of the store. An asset was once ready although none of its six variants was stored.
/// </summary>
public sealed class S3LieTests
{
    private const string Tag = "5d41402abc4b2a76b9719d911017c592";
    private const string Other = "7d793037a0760186574b0282f2f435e7";
    private static readonly ObjectKey Key = ObjectKey.Parse("a/b.jpg");
    private static readonly WriteOptions Jpeg = new() { ContentType = "image/jpeg" };
    private static readonly Dictionary<string, ScriptedAnswer> Lies = new(StringComparer.Ordinal)
    {
        ["page"] = ScriptedAnswer.Of(200, "<html><p>Log in", "Content-Type: text/html\r\n"),
        ["page with the tag"] = ScriptedAnswer.Of(200, "<html><p>Log in", $"Content-Type: text/html\r\nETag: \"{Tag}\"\r\n"),
        ["xhtml page"] = ScriptedAnswer.Of(200, "<html><body><p>Log in</p></body></html>", "Content-Type: application/xhtml+xml\r\n"),
        ["error"] = ScriptedAnswer.Of(200, Error, "Content-Type: application/xml\r\n"),
        ["error of a missing key"] = ScriptedAnswer.Of(200, Error.Replace("InternalError", "NoSuchKey"), "Content-Type: application/xml\r\n"),
        ["nothing"] = ScriptedAnswer.Of(200),
        ["204"] = new ScriptedAnswer("HTTP/1.1 204 x\r\n\r\n"u8.ToArray()),
        ["404 page"] = ScriptedAnswer.Of(404, "<html>Not here</html>", "Content-Type: text/html\r\n"),
        ["half"] = Found("hel"),
        ["no tag"] = ScriptedAnswer.Of(200, "hello"),
        ["empty tag"] = ScriptedAnswer.Of(200, "hello", "ETag: \"\"\r\n"),
        ["other tag"] = ScriptedAnswer.Of(200, "", $"ETag: \"{Other}\"\r\n"),
        ["unasked part"] = new ScriptedAnswer(Encoding.ASCII.GetBytes($"HTTP/1.1 206 x\r\nContent-Length: 3\r\nContent-Range: bytes 0-2/5\r\nETag: \"{Tag}\"\r\n\r\nhel")),
        ["no length"] = new ScriptedAnswer(Encoding.ASCII.GetBytes($"HTTP/1.1 200 x\r\nConnection: close\r\nETag: \"{Tag}\"\r\n\r\nhello"), Then.Close),
        ["negative length"] = new ScriptedAnswer(Encoding.ASCII.GetBytes($"HTTP/1.1 200 x\r\nContent-Length: -5\r\nETag: \"{Tag}\"\r\n\r\n"), Then.Close),
        ["length beyond all numbers"] = new ScriptedAnswer(
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 x\r\nContent-Length: 99999999999999999999\r\nETag: \"{Tag}\"\r\n\r\n"), Then.Close),
        ["copied without a tag"] = ScriptedAnswer.Of(200, "<CopyObjectResult></CopyObjectResult>"),
        ["key outside"] = List("<Contents><Key>z/b.jpg</Key><Size>5</Size><ETag>\"t\"</ETag></Contents>"),
        ["short key outside"] = List("<Contents><Key>a</Key><Size>5</Size><ETag>\"t\"</ETag></Contents>"),
        ["key without size"] = List("<Contents><Key>a/b.jpg</Key><ETag>\"t\"</ETag></Contents>"),
        ["key of negative size"] = List("<Contents><Key>a/b.jpg</Key><Size>-1</Size><ETag>\"t\"</ETag></Contents>"),
        ["key without tag"] = List("<Contents><Key>a/b.jpg</Key><Size>5</Size></Contents>"),
        ["the same key twice"] = List(Contents + Contents),
        ["more without a token"] = List(Contents, truncated: true),
        ["fewer keys than it counts"] = List("<KeyCount>2</KeyCount>" + Contents),
    };

    private const string Error = "<Error><Code>InternalError</Code><Message>m</Message></Error>";
    private const string Contents = $"<Contents><Key>a/b.jpg</Key><Size>5</Size><ETag>\"{Tag}\"</ETag></Contents>";
    private static readonly string[] OfObjects = ["page", "page with the tag", "xhtml page", "error", "nothing", "204", "no tag", "empty tag", "unasked part", "no length", "negative length", "length beyond all numbers"];
    private static readonly string[] OfLists =
    [
        "page", "page with the tag", "xhtml page", "error", "nothing", "204", "404 page", "key outside", "short key outside", "key without size",
        "key of negative size", "key without tag", "the same key twice", "more without a token", "fewer keys than it counts",
    ];

    public static TheoryData<string, string> All => Pairs(
        ("head", OfObjects),
        ("read", [.. OfObjects, "404 page"]),
        ("write", ["page", "page with the tag", "xhtml page", "error", "nothing", "204", "404 page", "other tag", "no tag"]),
        ("copy", ["page", "page with the tag", "xhtml page", "error", "nothing", "204", "404 page", "other tag", "copied without a tag"]),
        ("delete", ["page", "page with the tag", "xhtml page", "error", "404 page"]),
        ("list", OfLists));

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_lie_is_asked_about_again_until_the_truth_comes(string operation, string lie)
    {
        await using var server = new ScriptedS3(request => request.Number <= 2 && IsFirst(request, operation) ? Answer(lie, request) : Truth(request));
        using var store = server.Store();

        (await DoAsync(store, operation)).ShouldBe("done");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_lie_that_stays_is_a_fault_of_the_store_and_no_verdict(string operation, string lie)
    {
        await using var server = new ScriptedS3(request => IsFirst(request, operation) ? Answer(lie, request) : Truth(request));
        using var store = server.Store(new S3StorageOptions { Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) });

        await Should.ThrowAsync<IOException>(() => DoAsync(store, operation));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("copy")]
    public async Task What_was_said_to_be_stored_and_is_not_there_is_not_written(string operation)
    {
        await using var server = new ScriptedS3(request => request.Method == "HEAD" ? ScriptedAnswer.Of(404) : Truth(request));
        using var store = server.Store(new S3StorageOptions { Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) });

        await Should.ThrowAsync<IOException>(() => DoAsync(store, operation));
    }

    [Theory]
    [InlineData("a/b.jpg", true)]
    [InlineData("a/b.jpg.other", false)]
    public async Task Who_may_write_and_not_read_finds_what_was_stored_in_a_listing(string there, bool isWritten)
    {
        await using var server = new ScriptedS3(request => request.Method switch
        {
            "HEAD" => ScriptedAnswer.Of(403),
            "GET" => List(Contents.Replace("a/b.jpg", there)),
            _ => Truth(request),
        });
        using var store = server.Store(new S3StorageOptions { Retries = 0 });

        if (isWritten) (await DoAsync(store, "write")).ShouldBe("done");
        else await Should.ThrowAsync<IOException>(() => DoAsync(store, "write"));
    }

    [Fact]
    public async Task What_is_stored_in_another_size_is_not_written()
    {
        await using var server = new ScriptedS3(request => request.Method == "HEAD" ? Found("hel", head: true) : Truth(request));
        using var store = server.Store(new S3StorageOptions { Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) });

        await Should.ThrowAsync<IOException>(() => DoAsync(store, "write"));
    }

    [Theory]
    [InlineData("8ff0f4e2aa5b4f7f9d8f0b1d2c3e4f5a", "x-amz-server-side-encryption: aws:kms\r\n")]
    [InlineData("8ff0f4e2aa5b4f7f9d8f0b1d2c3e4f5a", "x-amz-server-side-encryption-customer-algorithm: AES256\r\n")]
    [InlineData("5d41402abc4b2a76b9719d911017c592-1", "")]
    public async Task A_tag_that_is_no_md5_is_taken_once_the_object_is_there(string tag, string headers)
    {
        await using var server = new ScriptedS3(request => request.Method == "HEAD"
            ? ScriptedAnswer.Of(200, "", $"ETag: \"{tag}\"\r\n", length: 5)
            : ScriptedAnswer.Of(200, "", $"ETag: \"{tag}\"\r\n{headers}"));
        using var store = server.Store();

        (await store.WriteAsync(Key, new MemoryStream("hello"u8.ToArray()), 5, Jpeg, default)).ShouldBe(new WriteResult.Written(tag));
    }

    [Fact]
    public async Task Another_version_than_was_asked_for_is_changed_only_if_a_second_question_says_so()
    {
        await using var server = new ScriptedS3(request =>
            request.Method == "GET" ? ScriptedAnswer.Of(200, "other", $"ETag: \"{Other}\"\r\n") : Truth(request));
        using var store = server.Store();

        await Should.ThrowAsync<IOException>(async () => await store.ReadAsync(Key, Tag, default));
    }

    [Theory]
    [InlineData("read")]
    [InlineData("copy")]
    public async Task A_failed_condition_on_the_tag_that_the_object_has_is_no_change(string operation)
    {
        await using var server = new ScriptedS3(request => IsFirst(request, operation) ? ScriptedAnswer.Fault(412, "PreconditionFailed") : Truth(request));
        using var store = server.Store();

        for (var i = 0; i < 2; i++) await Should.ThrowAsync<IOException>(() => DoAsync(store, operation, Tag));
    }

    [Fact]
    public async Task Other_bytes_under_the_tag_of_an_md5_are_a_fault()
    {
        await using var server = new ScriptedS3(_ => Found("jello"));
        using var store = server.Store();

        await Should.ThrowAsync<Exception>(() => DoAsync(store, "read"));
    }

    [Fact]
    public async Task A_listing_that_never_ends_is_a_fault()
    {
        await using var fresh = new ScriptedS3(request => List($"<NextContinuationToken>t{request.Number}</NextContinuationToken>", truncated: true));
        await using var again = new ScriptedS3(request => List($"<NextContinuationToken>t{request.Number}</NextContinuationToken>{Contents}", truncated: true));
        await using var same = new ScriptedS3(_ => List("<NextContinuationToken>t</NextContinuationToken>", truncated: true));
        foreach (var server in new[] { fresh, again, same })
        {
            using var store = server.Store(new S3StorageOptions { Retries = 0 });
            await Should.ThrowAsync<IOException>(() => DoAsync(store, "list"));
        }
    }

    [Fact]
    public async Task The_rest_of_a_body_is_taken_only_as_the_rest()
    {
        var answers = new[]
        {
            ScriptedAnswer.Of(200, "he", $"ETag: \"{Tag}\"\r\n", length: 5, then: Then.Reset),
            ScriptedAnswer.Of(200, "llo", $"ETag: \"{Tag}\"\r\n"),
            ScriptedAnswer.Of(206, "llo", $"ETag: \"{Tag}\"\r\nContent-Range: bytes 0-2/5\r\n"),
            ScriptedAnswer.Of(206, "llo", $"ETag: \"{Tag}\"\r\nContent-Range: bytes 2-4/5\r\n"),
        };
        await using var server = new ScriptedS3(request => answers[request.Number - 1]);
        using var store = server.Store();

        (await DoAsync(store, "read")).ShouldBe("done");
        server.Requests.Count.ShouldBe(4);
    }

    /// <summary>A page of a proxy, or a server that refuses some of them: what the answer does not name is deleted alone.</summary>
    [Theory]
    [InlineData("<html>maintenance</html>", 2)]
    [InlineData("<DeleteResult></DeleteResult>", 2)]
    [InlineData("<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>", 1)]
    [InlineData("<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>AccessDenied</Code><Message>m</Message></Error></DeleteResult>", 1)]
    [InlineData("<DeleteResult><Deleted><Key>a</Key></Deleted><Deleted><Key>b</Key></Deleted></DeleteResult>", 0)]
    public async Task Only_what_the_answer_names_counts_as_deleted(string answer, int alone)
    {
        await using var server = new ScriptedS3(request => request.Method == "POST" ? ScriptedAnswer.Of(200, answer) : Truth(request));
        using var store = server.Store();

        await store.DeleteAsync([ObjectKey.Parse("a"), ObjectKey.Parse("b")], default);

        server.Requests.Count(request => request.Method == "DELETE").ShouldBe(alone);
    }

    private static bool IsFirst(ScriptedRequest request, string operation) => operation switch
    {
        "head" => request.Method == "HEAD",
        "read" or "list" => request.Method == "GET",
        "delete" => request.Method == "DELETE",
        _ => request.Method == "PUT",
    };

    // A response to HEAD has only the headers of the false response.
    private static ScriptedAnswer Answer(string lie, ScriptedRequest request)
    {
        var bytes = Lies[lie].Bytes;
        if (request.Method != "HEAD") return Lies[lie];
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        return Lies[lie] with { Bytes = bytes[..(end + 4)] };
    }

    private static ScriptedAnswer Found(string body, bool head = false) =>
        ScriptedAnswer.Of(200, head ? "" : body, $"ETag: \"{Tag}\"\r\n", length: body.Length);

    private static ScriptedAnswer List(string inside, bool truncated = false) =>
        ScriptedAnswer.Of(200, $"<ListBucketResult><IsTruncated>{(truncated ? "true" : "false")}</IsTruncated>{inside}</ListBucketResult>");

    private static ScriptedAnswer Truth(ScriptedRequest request) => request switch
    {
        { Method: "HEAD" } => Found("hello", head: true),
        { Method: "GET" } when request.Head.Contains("list-type", StringComparison.Ordinal) => List(Contents),
        { Method: "GET" } => Found("hello"),
        { Method: "DELETE" } => new ScriptedAnswer("HTTP/1.1 204 x\r\n\r\n"u8.ToArray()),
        _ when request["x-amz-copy-source"] is not null => ScriptedAnswer.Of(200, $"<CopyObjectResult><ETag>\"{Tag}\"</ETag></CopyObjectResult>"),
        _ => ScriptedAnswer.Of(200, "", $"ETag: \"{Tag}\"\r\n"),
    };

    private static TheoryData<string, string> Pairs(params (string Operation, string[] Lies)[] all)
    {
        var pairs = new TheoryData<string, string>();
        foreach (var (operation, lies) in all)
            foreach (var lie in lies)
                pairs.Add(operation, lie);
        return pairs;
    }

    /// <summary>Success, or a wrong result.</summary>
    private static async Task<string> DoAsync(S3ObjectStore store, string operation, string? ifMatch = null)
    {
        switch (operation)
        {
            case "head": return await store.HeadAsync(Key, default) is { Size: 5, ETag: Tag } ? "done" : "wrong";
            case "read":
                await using (var read = await store.ReadAsync(Key, ifMatch, default))
                    return read is ReadResult.Found { Content: var content } && await new StreamReader(content).ReadToEndAsync() == "hello" ? "done" : "wrong";
            case "write": return await store.WriteAsync(Key, new MemoryStream("hello"u8.ToArray()), 5, Jpeg, default) is WriteResult.Written { ETag: Tag } ? "done" : "wrong";
            case "copy": return await store.CopyAsync(Key, ObjectKey.Parse("c"), Tag, Jpeg, default) is CopyResult.Copied { ETag: Tag } ? "done" : "wrong";
            case "delete":
                await store.DeleteAsync(Key, default);
                return "done";
            default:
                return await store.ListAsync("a/", default).CountAsync() == 1 ? "done" : "wrong";
        }
    }
}
