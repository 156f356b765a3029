using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Pipeline.Storage.S3;

namespace Pipeline.Storage.Tests.S3;

/// <summary>Results with a failing server: finally the right result or an exception.</summary>
public sealed class S3FaultTests
{
    // The MD5 of "hello", since the SDK checks it.
    private const string Tag = "5d41402abc4b2a76b9719d911017c592";
    private const string ETag = $"ETag: \"{Tag}\"\r\n";
    private static readonly ObjectKey Key = ObjectKey.Parse("a/b.jpg");
    private static readonly WriteOptions Jpeg = new() { ContentType = "image/jpeg" };
    private static readonly S3StorageOptions WithTimeouts = new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(1), AttemptTimeout = TimeSpan.FromMilliseconds(300),
    };

    public static TheoryData<string> Operations => ["head", "read", "write", "copy", "delete", "list"];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_server_that_is_ill_for_a_while_is_asked_again(string operation)
    {
        ScriptedAnswer[] ills =
        [
            ScriptedAnswer.Fault(500, "InternalError"), ScriptedAnswer.Fault(503, "SlowDown"), ScriptedAnswer.Cut,
            ScriptedAnswer.Of(502, "<html>Bad gateway</html>", "Connection: close\r\n", then: Then.Close),
        ];
        await using var server = new ScriptedS3(request => request.Number <= ills.Length ? ills[request.Number - 1] : Well(request));
        using var store = server.Store();

        (await DoAsync(store, operation)).ShouldBeTrue();

        // The client checks the stored object after the write.
        server.Requests.Count.ShouldBe(ills.Length + (operation is "write" or "copy" ? 2 : 1));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_server_that_stays_ill_is_given_up(string operation)
    {
        await using var server = new ScriptedS3(_ => ScriptedAnswer.Fault(503, "SlowDown"));
        using var store = server.Store();

        await Should.ThrowAsync<IOException>(() => DoAsync(store, operation));

        server.Requests.Count.ShouldBe(5);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_refusal_is_not_asked_again(string operation)
    {
        await using var server = new ScriptedS3(_ => ScriptedAnswer.Fault(403, "AccessDenied"));
        using var store = server.Store();

        await Should.ThrowAsync<AmazonS3Exception>(() => DoAsync(store, operation));

        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_server_that_hangs_is_asked_again(string operation)
    {
        await using var server = new ScriptedS3(request => request.Number == 1 ? ScriptedAnswer.Silence : Well(request));
        using var store = server.Store(WithTimeouts);

        (await DoAsync(store, operation)).ShouldBeTrue();

        server.Requests.Count.ShouldBeGreaterThan(1);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_server_that_hangs_for_ever_ends_in_an_exception(string operation)
    {
        await using var server = new ScriptedS3(_ => ScriptedAnswer.Silence);
        using var store = server.Store(new S3StorageOptions { OperationTimeout = TimeSpan.FromMilliseconds(300) });

        await Should.ThrowAsync<TimeoutException>(() => DoAsync(store, operation));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task A_caller_that_has_enough_is_let_go(string operation)
    {
        using var enough = new CancellationTokenSource();
        await using var server = new ScriptedS3(_ =>
        {
            enough.Cancel();
            return ScriptedAnswer.Silence;
        });
        using var store = server.Store();

        await Should.ThrowAsync<OperationCanceledException>(() => DoAsync(store, operation, enough.Token));

        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(429, "TooManyRequests")]
    [InlineData(409, "ConditionalRequestConflict")]
    [InlineData(400, "RequestTimeout")]
    [InlineData(504, "GatewayTimeout")]
    public async Task A_fault_that_heals_is_known_by_its_name_too(int status, string code)
    {
        await using var server = new ScriptedS3(request => request.Number == 1 ? ScriptedAnswer.Fault(status, code) : Well(request));
        using var store = server.Store();

        (await DoAsync(store, "write")).ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_there_ends_in_an_exception()
    {
        var server = new ScriptedS3(_ => ScriptedAnswer.Silence);
        using var store = server.Store();
        await server.DisposeAsync();

        await Should.ThrowAsync<IOException>(() => DoAsync(store, "head"));
    }

    [Fact]
    public async Task A_body_that_is_sent_again_is_whole()
    {
        var body = new byte[200_000];
        new Random(3).NextBytes(body);
#pragma warning disable CA5351 // Not a security measure: it is the entity tag of an object.
        var etag = $"ETag: \"{Convert.ToHexStringLower(MD5.HashData(body))}\"\r\n";
#pragma warning restore CA5351
        await using var server = new ScriptedS3(request => request.Number <= 3 ? ScriptedAnswer.Cut
            : ScriptedAnswer.Of(200, "", etag, length: request.Method == "HEAD" ? body.Length : 0));
        using var store = server.Store();

        await store.WriteAsync(Key, new MemoryStream(body), body.Length, Jpeg, default);

        server.Requests.Select(request => request.Method).ShouldBe(["PUT", "PUT", "PUT", "PUT", "HEAD"]);
        foreach (var request in server.Requests.SkipLast(1)) request.Body.AsSpan().SequenceEqual(body).ShouldBeTrue();
    }

    [Fact]
    public async Task A_copy_that_fails_after_its_200_is_no_copy()
    {
        const string fault = "<Error><Code>InternalError</Code><Message>m</Message></Error>";
        await using var server = new ScriptedS3(request => request.Number == 1 ? ScriptedAnswer.Of(200, fault) : Well(request));
        using var store = server.Store();

        (await DoAsync(store, "copy")).ShouldBeTrue();
        server.Requests.Select(request => request.Method).ShouldBe(["PUT", "PUT", "HEAD"]);

        await using var dead = new ScriptedS3(_ => ScriptedAnswer.Of(200, fault));
        using var other = dead.Store();
        await Should.ThrowAsync<Exception>(() => DoAsync(other, "copy"));
    }

    [Fact]
    public async Task A_list_that_breaks_off_is_not_taken_for_the_whole()
    {
        await using var server = new ScriptedS3(request =>
            request.Number == 1 ? ScriptedAnswer.Of(200, ListXml[..(ListXml.Length / 2)], length: ListXml.Length, then: Then.Close)
            : request.Number == 2 ? ScriptedAnswer.Of(200, ListXml[..(ListXml.Length / 2)])
            : Well(request));
        using var store = server.Store();

        (await DoAsync(store, "list")).ShouldBeTrue();

        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_404_of_who_knows_whom_is_no_missing_object()
    {
        await using var server = new ScriptedS3(_ => ScriptedAnswer.Of(404, "<html>Not here</html>"));
        using var store = server.Store();

        await Should.ThrowAsync<IOException>(() => DoAsync(store, "head"));
        await Should.ThrowAsync<IOException>(() => DoAsync(store, "read"));
        await Should.ThrowAsync<IOException>(() => DoAsync(store, "copy"));
        await Should.ThrowAsync<IOException>(() => DoAsync(store, "delete"));
    }

    private const string ListXml =
        $"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a/b.jpg</Key><Size>5</Size><ETag>\"{Tag}\"</ETag></Contents></ListBucketResult>";

    private static ScriptedAnswer Well(ScriptedRequest request) => request switch
    {
        { Method: "HEAD" } => new ScriptedAnswer(Encoding.ASCII.GetBytes($"HTTP/1.1 200 x\r\nContent-Length: 5\r\n{ETag}\r\n")),
        { Method: "GET" } when request.Head.Contains("list-type", StringComparison.Ordinal) => ScriptedAnswer.Of(200, ListXml),
        { Method: "GET" } => ScriptedAnswer.Of(200, "hello", ETag),
        { Method: "DELETE" } => new ScriptedAnswer("HTTP/1.1 204 x\r\n\r\n"u8.ToArray()),
        _ when request["x-amz-copy-source"] is not null => ScriptedAnswer.Of(200, $"<CopyObjectResult><ETag>\"{Tag}\"</ETag></CopyObjectResult>"),
        _ => ScriptedAnswer.Of(200, "", ETag),
    };

    private static async Task<bool> DoAsync(S3ObjectStore store, string operation, CancellationToken cancellationToken = default)
    {
        switch (operation)
        {
            case "head": return await store.HeadAsync(Key, cancellationToken) is { Size: 5, ETag: Tag };
            case "read":
                await using (var read = await store.ReadAsync(Key, null, cancellationToken))
                    return await new StreamReader(read.ShouldBeOfType<ReadResult.Found>().Content).ReadToEndAsync(cancellationToken) == "hello";
            case "write": return await store.WriteAsync(Key, new MemoryStream("hello"u8.ToArray()), 5, Jpeg, cancellationToken) is WriteResult.Written;
            case "copy": return await store.CopyAsync(Key, ObjectKey.Parse("c"), Tag, Jpeg, cancellationToken) is CopyResult.Copied { ETag: Tag };
            case "delete":
                await store.DeleteAsync(Key, cancellationToken);
                return true;
            default: return await store.ListAsync("", cancellationToken).CountAsync(cancellationToken) == 1;
        }
    }
}
