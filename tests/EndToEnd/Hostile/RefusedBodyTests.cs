namespace Pipeline.EndToEnd.Hostile;

/// <summary>
/// Clients that send everything before they read. The server once closed the connection because of the unread body, so that they got a broken pipe
/// instead of the reason: twenty of twenty with a body of 10 MiB.
/// </summary>
[Collection(SharedServerTests.Name)]
public sealed class RefusedBodyTests(SharedServer shared)
{
    // JSON may begin with any number of spaces, so that only its length is wrong.
    private static readonly byte[] Body = [.. Enumerable.Repeat((byte)' ', 10 * 1024 * 1024)];

    public static TheoryData<string, int, string> Refusals => new()
    {
        { "unsigned", 403, "not_signed" },
        { "wrong signature", 403, "wrong_signature" },
        { "wrong type", 403, "wrong_content_type" },
        { "wrong length", 403, "wrong_content_length" },
        { "wrong checksum", 403, "wrong_checksum_header" },
        { "chunked", 411, "missing_content_length" },
        { "a key that is none", 403, "not_signed" },
        { "no such address", 404, "not_found" },
        { "another method", 405, "method_not_allowed" },
        { "no token", 401, "unauthorized" },
        { "a wrong token", 401, "unauthorized" },
        { "JSON too large", 413, "body_too_large" },
        { "JSON too large, chunked", 413, "body_too_large" },
        { "another type than JSON", 415, "unsupported_media_type" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_reaches_a_client_that_sends_all_before_it_reads(string why, int status, string reason)
    {
        using var alice = await shared.Server.PersonAsync();
        using var connection = await RawConnection.OpenAsync(shared.Server.Address);
        var (head, isChunked) = await HeadAsync(why, alice);

        await connection.SendAsync(head);
        await SendBodyAsync(connection, isChunked);

        var answer = await connection.AnswerAsync();
        (answer.Status, answer.Body).ShouldSatisfyAllConditions(a => a.Status.ShouldBe(status), a => a.Body.ShouldContain(reason));
        await ShouldBeReusableAsync(connection);
    }

    [Fact]
    public async Task A_hundred_refused_uploads_at_once_all_get_their_answer()
    {
        using var alice = await shared.Server.PersonAsync();
        var (head, _) = await HeadAsync("wrong type", alice);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(async () =>
        {
            using var connection = await RawConnection.OpenAsync(shared.Server.Address);
            await connection.SendAsync(head);
            await SendBodyAsync(connection, isChunked: false);
            return (await connection.AnswerAsync()).Status;
        })));

        answers.ShouldAllBe(status => status == 403);
    }

    [Fact]
    public async Task A_slow_client_is_told_while_it_sends_and_may_go_on()
    {
        using var alice = await shared.Server.PersonAsync();
        using var connection = await RawConnection.OpenAsync(shared.Server.Address);
        await connection.SendAsync((await HeadAsync("wrong type", alice)).Head);
        await connection.SendAsync(Body.AsMemory(0, 1_000_000));

        (await connection.AnswerAsync()).Status.ShouldBe(403);

        for (var sent = 1_000_000; sent < Body.Length; sent += 100_000)
        {
            await connection.SendAsync(Body.AsMemory(sent, Math.Min(100_000, Body.Length - sent)));
            await Task.Yield();
        }

        await ShouldBeReusableAsync(connection);
    }

    [Fact]
    public async Task A_client_that_asks_first_is_told_no_before_it_sends_anything()
    {
        using var alice = await shared.Server.PersonAsync();
        using var connection = await RawConnection.OpenAsync(shared.Server.Address);
        var head = (await HeadAsync("wrong type", alice)).Head;

        await connection.SendAsync(head[..^2] + "Expect: 100-continue\r\n\r\n");

        var answer = await connection.AnswerAsync();
        answer.Status.ShouldBe(403);
        answer.Headers["Connection"].ShouldBe("close");
        (await connection.IsClosedAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_client_that_asks_first_and_may_upload_is_told_to_go_on()
    {
        using var alice = await shared.Server.PersonAsync();
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", 1000);
        using var connection = await RawConnection.OpenAsync(shared.Server.Address);

        await connection.SendAsync(Put(presigned, "image/jpeg", 1000)[..^2] + "Expect: 100-continue\r\n\r\n");

        (await connection.AnswerAsync()).Status.ShouldBe(100);
        await connection.SendAsync(Body.AsMemory(0, 1000));
        (await connection.AnswerAsync()).Status.ShouldBe(200);
    }

    private static async Task<(string Head, bool IsChunked)> HeadAsync(string why, Person alice)
    {
        var presigned = await alice.PresignAsync("photo.jpg", "image/jpeg", Body.Length);
        var path = new Uri(presigned.Text("uploadUrl")).PathAndQuery;
        var put = Put(presigned, "image/jpeg");
        return why switch
        {
            "unsigned" => (Request($"PUT {path.Split('?')[0]}", "image/jpeg"), false),
            "wrong signature" => (Request($"PUT {path[..^1]}{(path[^1] == '0' ? '1' : '0')}", "image/jpeg"), false),
            "wrong type" => (Put(presigned, "image/png"), false),
            "wrong length" => (Put(await alice.PresignAsync("photo.jpg", "image/jpeg", 1000), "image/jpeg"), false),
            "wrong checksum" => (put[..^2] + "x-amz-checksum-sha256: AAAA\r\n\r\n", false),
            "chunked" => (put.Replace($"Content-Length: {Body.Length}", "Transfer-Encoding: chunked", StringComparison.Ordinal), true),
            "a key that is none" => (Request("PUT /storage/a~b", "image/jpeg"), false),
            "no such address" => (Request("PUT /nothing", "image/jpeg"), false),
            "another method" => (Request($"POST {path}", "image/jpeg"), false),
            "no token" => (Request("POST /api/upload/confirm", "application/json"), false),
            "a wrong token" => (Request("POST /api/upload/confirm", "application/json", "Authorization: Bearer x.y.z\r\n"), false),
            "another type than JSON" => (Request("POST /api/upload/confirm", "text/plain", Token()), false),
            "JSON too large, chunked" => (Request("POST /api/upload/confirm", "application/json", Token(), "Transfer-Encoding: chunked"), true),
            _ => (Request("POST /api/upload/confirm", "application/json", Token()), false),
        };

        string Token() => $"Authorization: Bearer {alice.Token}\r\n";
    }

    private static string Put(Answer presigned, string type, int? length = null) =>
        Request($"PUT {new Uri(presigned.Text("uploadUrl")).PathAndQuery}", type, framing: $"Content-Length: {length ?? Body.Length}");

    private static string Request(string line, string type, string more = "", string? framing = null) =>
        $"{line} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\n{framing ?? $"Content-Length: {Body.Length}"}\r\n{more}\r\n";

    private static async Task SendBodyAsync(RawConnection connection, bool isChunked)
    {
        if (isChunked) await connection.SendAsync($"{Body.Length:x}\r\n");
        await connection.SendAsync(Body);
        if (isChunked) await connection.SendAsync("\r\n0\r\n\r\n");
    }

    private static async Task ShouldBeReusableAsync(RawConnection connection)
    {
        await connection.SendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
        (await connection.AnswerAsync()).Status.ShouldBe(200);
    }
}
